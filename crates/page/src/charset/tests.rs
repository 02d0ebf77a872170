use super::*;

/// Bytes of a text in a charset.
fn in_charset(text: &str, charset: &str) -> Vec<u8> {
    let encoding = Encoding::for_label(charset.as_bytes()).expect("a known charset");
    encoding.encode(text).0.into_owned()
}

fn decoded(bytes: &[u8], content_type: Option<&str>, hint: Option<&str>, is_html: bool) -> String {
    let media = Media { content_type, charset: hint, url: None };
    decode(bytes, &media, is_html).into_owned()
}

#[test]
fn a_byte_order_mark_is_dropped() {
    assert_eq!(decoded(b"\xEF\xBB\xBFa", Some("text/html; charset=latin1"), None, true), "a");
    assert_eq!(decoded(b"\xFF\xFEa\0b\0", None, None, true), "ab");
    assert_eq!(decoded(b"\xFE\xFF\0a", None, None, false), "a");
    assert_eq!(decoded(b"\xEF\xBB\xBFcaf\xE9 cr\xE8me", None, None, false), "café crème");
}

#[test]
fn utf16_without_a_mark_is_seen() {
    let page = "<html><body><p>Şişli 1998</p></body></html>";
    let little: Vec<u8> = page.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = page.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(decoded(&little, Some("text/html; charset=utf-8"), None, true), page);
    assert_eq!(decoded(&big, None, None, true), page);
}

#[test]
fn the_content_type_then_the_hint_then_the_page() {
    let latin = b"<meta charset=windows-1252>caf\xE9";
    assert!(decoded(latin, None, None, true).ends_with("café"));
    let silent = b"<p>caf\xE9";
    let header = Some("text/html; charset=\"iso-8859-5\"");
    assert!(decoded(silent, header, None, true).ends_with("cafщ"));
    assert!(decoded(silent, None, Some("iso-8859-5"), true).ends_with("cafщ"));
    let http_equiv = b"<meta http-equiv=Content-Type content='text/html; charset=iso-8859-2'>\xB1";
    assert!(decoded(http_equiv, None, None, true).ends_with('ą'));
    let declared = b"<?xml version='1.0' encoding='koi8-r'?>\xC9";
    assert!(decoded(declared, None, None, true).ends_with('и'));
}

/// Pages in many charsets, whatever is claimed for them.
#[test]
fn the_bytes_decide_where_they_prove_it() {
    let texts = [
        ("Архитектор: Бюро «Берёзка», Санкт-Петербург, построен в 1911 году", "windows-1251"),
        ("Архитектор: Бюро Берёзка, Санкт-Петербург, построен в 1911 году", "koi8-r"),
        ("設計者：山田太郎設計事務所、東京都港区にある建物です。", "shift_jis"),
        ("設計者：山田太郎設計事務所、東京都港区にある建物です。", "euc-jp"),
        ("건축가: 한강 건축사사무소, 서울특별시 강남구에 있는 건물이다.", "euc-kr"),
        ("建筑师：王小明建筑设计事务所，位于北京市朝阳区的大楼。", "gb18030"),
        ("建築師：陳大文建築師事務所，位於臺北市信義區的大樓。", "big5"),
        ("Αρχιτέκτονας: Γραφείο Παπαδοπούλου, Θεσσαλονίκη, κτίστηκε το 1911", "windows-1253"),
        ("אדריכל: משרד כהן ושות, תל אביב, נבנה בשנת אלף תשע מאות", "windows-1255"),
        ("المهندس المعماري: مكتب النيل للهندسة، القاهرة، بني عام", "windows-1256"),
    ];
    let claims = [None, Some("utf-8"), Some("iso-8859-1"), Some("windows-1252")];
    for (text, charset) in texts {
        for claim in claims {
            let meta = claim.map_or(String::new(), |claim| format!("<meta charset=\"{claim}\">"));
            let page = format!("<html><head>{meta}</head><body><p>{text}</p></body></html>");
            let read = decoded(&in_charset(&page, charset), None, None, true);
            assert!(read.contains(text), "{charset} claimed as {claim:?}: {read}");
            let header = claim.map(|claim| format!("text/html; charset={claim}"));
            let read = decoded(&in_charset(&page, charset), header.as_deref(), None, true);
            assert!(read.contains(text), "{charset} sent as {claim:?}: {read}");
        }
    }
}

#[test]
fn utf8_is_utf8_whatever_is_claimed() {
    for claim in
        ["iso-8859-1", "windows-1252", "windows-1251", "shift_jis", "euc-kr", "gbk", "koi8-r"]
    {
        for text in ["Café Łódź — façade", "Московский вокзал", "東京タワー", "naïve “quotes”"]
        {
            let page = format!("<meta charset={claim}><p>{text}");
            assert!(decoded(page.as_bytes(), None, None, true).contains(text), "{claim} {text}");
            let header = format!("text/html; charset={claim}");
            let read = decoded(page.as_bytes(), Some(&header), None, true);
            assert!(read.contains(text), "header {claim} {text}");
        }
    }
    let page = "<meta charset=utf-8>naïve".as_bytes();
    assert!(decoded(page, Some("text/html; charset=iso-8859-1"), None, true).ends_with("naïve"));
    assert!(decoded(b"<meta charset=utf-16>abc", None, None, true).ends_with("abc"));
}

#[test]
fn one_damaged_byte_does_not_change_the_charset() {
    let mut page =
        "<p>Größe und Maße der Brücke über die Spree — schön für Fußgänger</p>".repeat(20);
    page.push_str("<p>Ende");
    let mut bytes = page.into_bytes();
    bytes.insert(40, 0xE9);
    for claim in [None, Some("text/html; charset=utf-8"), Some("text/html; charset=iso-8859-1")] {
        let read = decoded(&bytes, claim, None, true);
        assert!(read.contains("Fußgänger") && read.contains("Größe"), "{claim:?}");
    }
    // A page that was cut within a character.
    assert_eq!(decoded(b"caf\xC3\xA9 \xC3", None, None, false), "café \u{fffd}");
}

#[test]
fn a_claim_that_fits_is_kept() {
    for (text, charset) in [
        ("Biuro Żuraw i Łoś", "windows-1250"),
        ("Őrség Műhely", "iso-8859-2"),
        ("Éloïse Bureau d’Études", "windows-1252"),
        ("Prix : 12 €", "iso-8859-15"),
        ("İstanbul Mimarlık Şirketi", "windows-1254"),
        ("Бюро", "windows-1251"),
        ("김", "euc-kr"),
        ("模范", "gbk"),
        ("タワー", "shift_jis"),
        ("Ąžuolas ir Šermukšnis", "windows-1257"),
    ] {
        let page = format!("<html><meta charset={charset}><p>{text}</p>");
        assert!(decoded(&in_charset(&page, charset), None, None, true).contains(text), "{charset}");
    }
}

#[test]
fn of_two_claims_the_one_that_the_bytes_allow_counts() {
    let page = "<meta charset=utf-8><meta http-equiv=content-type content='text/html;charset=windows-1250'><p>Žluťoučký kůň příšerně úpěl";
    let read = decoded(&in_charset(page, "windows-1250"), None, None, true);
    assert!(read.contains("Žluťoučký kůň"), "{read}");
    let header = Some("text/html; charset=utf-8");
    let page = "<meta charset=euc-jp><p>設計者は山田です";
    assert!(decoded(&in_charset(page, "euc-jp"), header, None, true).contains("設計者は山田です"));
    let late = format!("<script>/*{}*/</script><meta charset=koi8-r><p>Река", "x".repeat(9000));
    assert!(decoded(&in_charset(&late, "koi8-r"), None, None, true).ends_with("Река"));
}

#[test]
fn the_language_and_the_address_help_to_guess() {
    let page = in_charset("<html lang=hu><p>Őrség Műhely", "iso-8859-2");
    assert!(decoded(&page, None, None, true).contains("Őrség Műhely"));
    let page = in_charset("<p>Łódź, ulica Źródlana", "iso-8859-2");
    let media = Media { url: Some("https://example.pl/"), ..Media::default() };
    assert!(decode(&page, &media, true).contains("Łódź, ulica Źródlana"));
}

#[test]
fn nothing_claimed_is_guessed() {
    assert_eq!(decoded(b"d\xE9j\xE0 vu, tr\xE8s bien", None, None, false), "déjà vu, très bien");
    assert_eq!(decoded("žluťoučký".as_bytes(), None, None, false), "žluťoučký");
    assert_eq!(decoded(b"", None, None, true), "");
    let japanese = b"\x1B$B0U8+\x1B(B";
    let header = Some("text/plain; charset=iso-2022-jp");
    assert_eq!(decoded(japanese, header, None, false), "意見");
}
