//! Numbers written in Chinese characters: `三百万`, `二〇〇八`.

/// The digits from zero to nine, in their plain and their formal forms.
const DIGITS: [&str; 10] =
    ["〇零", "一壱壹", "二弐貳贰", "三参參叁", "四肆", "五伍", "六陸陆", "七漆柒", "八捌", "九玖"];

/// The value of a digit.
fn digit(c: char) -> Option<u64> {
    DIGITS.iter().zip(0..).find(|(forms, _)| forms.contains(c)).map(|(_, value)| value)
}

/// The value of a sign that multiplies, and whether it closes a group of four digits.
fn multiplier(c: char) -> Option<(u64, bool)> {
    Some(match c {
        '十' | '拾' => (10, false),
        '百' | '佰' => (100, false),
        '千' | '仟' => (1_000, false),
        '万' | '萬' => (10_000, true),
        '億' | '亿' => (100_000_000, true),
        '兆' => (1_000_000_000_000, true),
        _ => return None,
    })
}

fn is_part(c: char) -> bool {
    digit(c).is_some() || multiplier(c).is_some()
}

/// The text with its one number of Chinese characters as digits, if the text is little more than that
/// number; names such as 三重県 have such characters too.
pub(crate) fn as_digits(text: &str) -> Option<String> {
    const COUNTERS: &str =
        "人名位個个件台年円元圓戸户社校館馆所店歳岁匹頭头冊册本部家座間间層层階阶枚";
    let trimmed = text.trim().trim_start_matches(['約', '约']);
    let run = trimmed.find(|c| !is_part(c)).unwrap_or(trimmed.len());
    let rest = trimmed[run..].trim();
    let counted = rest.chars().count() <= 1 && rest.chars().all(|c| COUNTERS.contains(c));
    if run == 0 || !counted {
        return None;
    }
    value(&trimmed[..run]).map(|value| format!("{value}{rest}"))
}

/// The text with the digits of a date in Chinese characters, such as `二〇〇八年五月九日`, as ASCII.
pub(crate) fn date_digits(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut run = String::new();
    let mut found = false;
    for c in text.chars().chain(std::iter::once('\n')) {
        if is_part(c) {
            run.push(c);
            continue;
        }
        if !run.is_empty() {
            let number = value(&run).filter(|_| "年月日号".contains(c));
            found |= number.is_some();
            out.push_str(&number.map_or_else(|| run.clone(), |number| number.to_string()));
            run.clear();
        }
        out.push(c);
    }
    found.then(|| out.trim_end().to_owned())
}

/// The value of a run: place by place (`二〇〇八`), or with multipliers (`三百万`).
fn value(run: &str) -> Option<u64> {
    if run.chars().all(|c| digit(c).is_some()) {
        // A single digit, or a year.
        return run
            .chars()
            .map(digit)
            .try_fold(0u64, |sum, digit| sum.checked_mul(10)?.checked_add(digit?));
    }
    let (mut total, mut group, mut last) = (0u64, 0u64, None::<u64>);
    for c in run.chars() {
        if let Some(digit) = digit(c) {
            // Two digits in a row are no number with multipliers; a zero only holds a place.
            if last.is_some_and(|last| last > 0) {
                return None;
            }
            last = Some(digit);
            continue;
        }
        let (power, closes) = multiplier(c)?;
        if closes {
            group += last.take().unwrap_or(0);
            total = total.checked_add(group.max(1).checked_mul(power)?)?;
            group = 0;
        } else {
            group += last.take().unwrap_or(1).max(1) * power;
        }
    }
    Some(total + group + last.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_characters_are_numbers() {
        for (text, expected) in [
            ("三百万", Some("3000000")),
            ("一千二百三十四人", Some("1234人")),
            ("十二", Some("12")),
            ("二十", Some("20")),
            ("一億二千万円", Some("120000000円")),
            ("一百零五个", Some("105个")),
            ("約五十万人", Some("500000人")),
            ("三重県", None),
            ("二三百", None),
            ("一部の人", None),
        ] {
            assert_eq!(as_digits(text).as_deref(), expected, "{text}");
        }
        assert_eq!(date_digits("二〇〇八年五月九日").as_deref(), Some("2008年5月9日"));
        assert_eq!(date_digits("昭和五十五年十二月").as_deref(), Some("昭和55年12月"));
        assert_eq!(date_digits("三重県"), None);
    }
}
