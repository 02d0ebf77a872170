use ampledata_core::page::Access::{
    self, Captcha, ConsentWall, Denied, Empty, Gone, LoginWall, NeedsScripts, Open, Paywall,
};

use crate::{Media, read};

fn access(html: &str, url: &str) -> Access {
    let media = Media { content_type: Some("text/html"), url: Some(url), ..Media::default() };
    read(html.as_bytes(), &media).expect("a page").access
}

fn page(title: &str, body: &str) -> String {
    format!("<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>")
}

#[track_caller]
fn assert_all(expected: Access, pages: &[(&str, &str)]) {
    for (title, body) in pages {
        let html = page(title, body);
        assert_eq!(access(&html, "https://site.example/pier"), expected, "{title}: {body}");
    }
}

const FACTS: &str = "<h1>Pier Alba</h1><p>A wooden pier in the bay, rebuilt after the storm of 1953 \
    by the town that owns it.</p><dl><dt>Length</dt><dd>212 m</dd><dt>Opened</dt><dd>1931</dd></dl>";

/// Challenges of guards, in many languages and by many means.
const CHALLENGES: [(&str, &str); 18] = [
    (
        "pier.example",
        "<h1>pier.example</h1><p>Verify you are human by completing the action below.</p><p>Ray ID: 7f00ba12cd</p>",
    ),
    (
        "Just a moment...",
        "<h1>Pier Alba</h1><p>This page checks the visitor before the site is shown. Please wait.</p><script>window._cf_chl_opt={cvId:'3'};</script>",
    ),
    (
        "Nur einen Moment…",
        "<p>Nur einen Moment… Die Prüfung läuft im Hintergrund und dauert nicht lange.</p>",
    ),
    ("Un instant…", "<h2>Vérifiez que vous êtes humain en effectuant l’action ci-dessous.</h2>"),
    ("Un momento…", "<h2>Verifique que es humano completando la acción.</h2>"),
    ("Un momento…", "<h2>Verifica di essere umano completando l’azione.</h2>"),
    ("Um momento…", "<p>Verifique se você é humano concluindo a ação abaixo.</p>"),
    ("Een ogenblik…", "<p>Bevestig dat u een mens bent door de actie te voltooien.</p>"),
    ("Chwileczkę…", "<p>Potwierdź, że jesteś człowiekiem, wykonując poniższą czynność.</p>"),
    (
        "しばらくお待ちください…",
        "<p>人間であることを確認します。これには数秒かかる場合があります。</p>",
    ),
    (
        "pier.example",
        "<iframe src='https://geo.captcha-delivery.com/captcha/?initialCid=1'></iframe><script>var dd={'rt':'c'}</script><script src='https://ct.captcha-delivery.com/c.js'></script>",
    ),
    (
        "Access to this page has been denied",
        "<div id='px-captcha'></div><p>Press &amp; Hold to confirm you are a human (and not a bot).</p>",
    ),
    (
        "pier.example",
        "<script src='/_Incapsula_Resource?SWUDNSAI=31'></script><iframe src='/x'>Request unsuccessful.</iframe>",
    ),
    (
        "Pardon Our Interruption",
        "<h1>Pardon our interruption...</h1><p>As you were browsing, something about your browser made us think that you might be automated.</p><p>There are a few reasons for this: you are moving with super-human speed; you have disabled cookies in your web browser.</p>",
    ),
    (
        "Human Verification",
        "<form><script>window.gokuProps={};</script><p>Let us check that you are a person.</p></form>",
    ),
    (
        "Robot Check",
        "<p>Enter the characters you see below</p><form><img src=c.png><input name=field></form>",
    ),
    (
        "pier.example",
        "<form action='/verify'><p>Please check the box to go on</p><div class='g-recaptcha'></div></form><script src='https://www.google.com/recaptcha/api.js'></script>",
    ),
    (
        "Making sure you're not a bot!",
        "<p>Loading...</p><script src='/.within.website/x/cmd/anubis/static/js/main.mjs'></script>",
    ),
];

#[test]
fn challenges_of_guards() {
    assert_all(Captcha, &CHALLENGES);
    let menu = "<ul><li><a>Downloads</a><li><a>Cookie settings</a><li><a>Spare parts</a></ul>";
    let named = [
        "<h1>Nous vérifions votre navigateur</h1><p>Cela ne prend que quelques secondes, puis la page s’ouvre.</p>".to_owned(),
        format!(
            "<h1>Access to this page was stopped</h1><p>We think that a program is visiting. Please verify that you are a human to see the length and the lights of Pier Alba.</p><p>Press &amp; Hold to confirm you are a human (and not a bot).</p>{menu}"
        ),
        format!(
            "<h1>Robot check</h1><p>To see the length and the owner of Pier Alba, copy what stands in the picture below.</p><img src=c.png><input name=c><button>Continue</button>{menu}"
        ),
    ];
    for body in &named {
        assert_all(Captcha, &[("Pier Alba: length and lights", body)]);
    }
}

#[test]
fn challenges_of_any_length() {
    let lines = [
        "Just a moment… humans only.",
        "Un instant… réservé aux humains.",
        "Einen Moment… nur für Menschen.",
    ];
    let mut long = String::new();
    for line in lines.iter().cycle().take(30) {
        long.push_str("<div><h2>");
        long.push_str(line);
        long.push_str("</h2><p>");
        long.push_str(line);
        long.push_str(" We look at your visit before the site is shown, in the background. Keep the window open until it is done, which takes a few seconds.</p></div>");
    }
    assert_all(Captcha, &[("Just a moment...", &long)]);
}

#[test]
fn logins() {
    let form = "<form><input name=user><input type=password name=p><button>OK</button></form>";
    let pages = [
        ("Acme", format!("<h1>Sign in to continue</h1>{form}")),
        (
            "Acme",
            format!("<p>Welcome to Acme. Members see their orders here.</p>{form}<a>Forgot?</a>"),
        ),
        (
            "Mitgliederbereich",
            format!("<p>Bitte melden Sie sich an, um diese Seite zu sehen.</p>{form}"),
        ),
        ("Espace membre", format!("<p>Connectez-vous pour consulter la fiche.</p>{form}")),
        ("Área privada", "<p>Debe iniciar sesión para ver esta página.</p>".to_owned()),
        ("Area riservata", format!("<p>Accedi per vedere questa scheda.</p>{form}")),
        ("Área restrita", "<p>Faça login para continuar.</p>".to_owned()),
        ("Inloggen", format!("<p>Log in om verder te gaan.</p>{form}")),
        ("Strefa klienta", "<p>Zaloguj się, aby zobaczyć stronę.</p>".to_owned()),
        ("会員ページ", "<p>このページを見るにはログインしてください。</p>".to_owned()),
        (
            "Sign in | Acme",
            "<form><label>Mail</label><input type=email><button>Next</button></form>".to_owned(),
        ),
    ];
    let pages: Vec<(&str, &str)> =
        pages.iter().map(|(title, body)| (*title, body.as_str())).collect();
    assert_all(LoginWall, &pages);
    let html = page(
        "Acme",
        "<form><label>User</label> <input name=u> <input type=password></form><p>Use the account of your company to see the catalogue.</p>",
    );
    assert_eq!(access(&html, "https://acme.example/login?next=/pier"), LoginWall);
}

#[test]
fn consent() {
    let partners = "<p>We and our 612 partners store and access information on a device, such as cookies, and process personal data for personalised advertising, measurement and audience research.</p><p>You can change your choices at any time in the privacy settings.</p>";
    let pages = [
        ("Pier News", format!("<h1>Before you continue to Pier News</h1>{}<button>Accept all</button><button>Reject all</button>", partners.repeat(6))),
        ("Pier", "<p>We use cookies. Accept all cookies to go on.</p>".to_owned()),
        ("Pier Alba: length", "<h1>Your privacy choices</h1><p>To continue to pier.example you must accept all cookies or subscribe.</p><p>The length of Pier Alba is shown after you have chosen.</p><button>Accept all and continue</button><button>Subscribe for €2.99 a month</button><p>We and our 842 partners store and access information on a device.</p>".to_owned()),
        ("Pier-Zeitung", "<h1>Bevor Sie fortfahren</h1><p>Wir und unsere Partner verarbeiten personenbezogene Daten für Werbung. Sie können Ihre Einwilligung jederzeit widerrufen.</p><button>Alle akzeptieren</button>".repeat(3)),
        ("Steg", "<div><h2>Wir achten Ihre Privatsphäre</h2><p>Wir und unsere 120 Partner speichern Informationen auf einem Gerät, etwa Cookies.</p><p>Sie dürfen dies jederzeit ändern.</p><button>Einverstanden</button></div>".to_owned()),
        ("Le Quai", "<p>Avec votre consentement, nos partenaires et nous utilisons des cookies pour la publicité et les données.</p><button>Tout accepter</button><button>Continuer sans accepter</button>".to_owned()),
        ("El Muelle", "<p>Nosotros y nuestros socios utilizamos cookies para mostrar publicidad personalizada.</p><button>Aceptar todo</button><button>Rechazar</button>".to_owned()),
        ("Il Molo", "<p>Noi e i nostri partner utilizziamo i cookie per la pubblicità personalizzata.</p><button>Accetta tutti</button><button>Rifiuta</button>".to_owned()),
        ("O Cais", "<p>Nós e os nossos parceiros usamos cookies para publicidade e dados.</p><button>Aceitar todos</button>".to_owned()),
        ("De Pier", "<p>Wij en onze partners gebruiken cookies voor advertenties en gegevens.</p><button>Alles accepteren</button>".to_owned()),
        ("Molo", "<p>My i nasi partnerzy używamy plików cookie do celów reklamowych.</p><button>Akceptuj wszystkie</button>".to_owned()),
    ];
    let pages: Vec<(&str, &str)> =
        pages.iter().map(|(title, body)| (*title, body.as_str())).collect();
    assert_all(ConsentWall, &pages);
}

#[test]
fn paywalls() {
    let teaser =
        "<h1>The pier that came back</h1><p>For forty years the town argued about its pier.</p>";
    let pages = [
        ("The pier that came back", format!("{teaser}<p>Subscribe to continue reading</p>")),
        ("Der Steg", "<h1>Der Steg</h1><p>Vierzig Jahre stritt die Stadt.</p><p>Weiterlesen mit dem Digital-Abo</p>".to_owned()),
        ("Le quai", "<h1>Le quai</h1><p>Cet article est réservé aux abonnés.</p>".to_owned()),
        ("El muelle", "<h1>El muelle</h1><p>Contenido exclusivo para suscriptores</p>".to_owned()),
        ("Il molo", "<h1>Il molo</h1><p>Articolo riservato agli abbonati</p>".to_owned()),
        ("O cais", "<h1>O cais</h1><p>Conteúdo exclusivo para assinantes</p>".to_owned()),
        ("De pier", "<h1>De pier</h1><p>Dit artikel is alleen voor abonnees</p>".to_owned()),
        ("桟橋", "<h1>桟橋</h1><p>この記事は有料会員限定です。</p>".to_owned()),
        ("The pier", format!("<script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"headline\":\"The pier\",\"isAccessibleForFree\":false}}</script>{teaser}")),
    ];
    let pages: Vec<(&str, &str)> =
        pages.iter().map(|(title, body)| (*title, body.as_str())).collect();
    assert_all(Paywall, &pages);
}

#[test]
fn denied() {
    assert_all(
        Denied,
        &[
            (
                "Access Denied",
                "<h1>Access Denied</h1><p>You don't have permission to access this page on this server.</p><p>Reference #18.5f</p>",
            ),
            ("Zugriff verweigert", "<p>Ihr Zugriff wurde gesperrt.</p>"),
            ("Erreur", "<h1>Accès refusé</h1><p>Vous avez été bloqué par le pare-feu.</p>"),
            ("Error", "<h1>Acceso denegado</h1>"),
            ("Errore", "<h1>Accesso negato</h1>"),
            ("Erro", "<h1>Acesso negado</h1>"),
            ("Fout", "<h1>Toegang geweigerd</h1>"),
            ("Pier", "<h1>アクセスが制限されています</h1><p>お使いの回線からは見られません。</p>"),
            (
                "Pier",
                "<h1>Almost there</h1><p>You are now in line for Pier Alba. Your estimated wait time is 3 minutes.</p>",
            ),
            ("Pier", "<p>This content is not available in your country.</p>"),
        ],
    );
    let blocked = page(
        "Attention Required! | Guard",
        "<h1>Sorry, you have been blocked</h1><p>You are unable to access pier.example</p>",
    );
    assert!(matches!(access(&blocked, "https://site.example/"), Denied | Captcha));
}

#[test]
fn missing_pages_and_parked_domains() {
    let menu = "<ul><li>Home<li>Piers<li>About us<li>Contact</ul>";
    let pages = [
        ("Page not found | Acme", format!("{menu}<h1>Oops!</h1><p>Perhaps one of these pages of ours is of use to you instead.</p>{menu}")),
        ("Acme", format!("{menu}<h1>404</h1><p>The page you are looking for has moved or never was.</p>")),
        ("Seite nicht gefunden", "<p>Die gewünschte Seite gibt es hier nicht.</p>".to_owned()),
        ("Acme", "<h1>Page introuvable</h1>".to_owned()),
        ("Acme", "<h1>Página no encontrada</h1><p>Vuelva al inicio.</p>".to_owned()),
        ("Acme", "<h1>Pagina non trovata</h1>".to_owned()),
        ("Acme", "<h1>Página não encontrada</h1>".to_owned()),
        ("Acme", "<h1>Pagina niet gevonden</h1>".to_owned()),
        ("Acme", "<h1>Nie znaleziono strony</h1>".to_owned()),
        ("Acme", "<h1>ページが見つかりません</h1>".to_owned()),
        ("pier.example", "<p>This domain is for sale. Buy this domain today!</p>".to_owned()),
        ("pier.example", "<p>Diese Domain steht zum Verkauf</p>".to_owned()),
        ("pier.example", "<p>Related searches</p><p>Pier holidays</p><script src='https://d1.parkingcrew.net/a.js'></script>".to_owned()),
    ];
    let pages: Vec<(&str, &str)> =
        pages.iter().map(|(title, body)| (*title, body.as_str())).collect();
    assert_all(Gone, &pages);
}

#[test]
fn shells() {
    let pages = [
        ("Pier Alba | Stay", "<div id=root></div><script src=/bundle.js></script>"),
        ("Pier Alba", "<div id=app>Loading…</div><script>go()</script>"),
        (
            "Pier Alba",
            "<div id=root><noscript>You need to enable JavaScript to run this app.</noscript></div><script src=/b.js></script>",
        ),
        (
            "Pier",
            "<noscript>Bitte aktivieren Sie JavaScript, um diese Seite zu sehen.</noscript><script src=/b.js></script>",
        ),
        (
            "Pier",
            "<noscript>Veuillez activer JavaScript pour continuer.</noscript><script src=/b.js></script>",
        ),
        (
            "Pier",
            "<noscript>Habilite JavaScript para continuar.</noscript><script src=/b.js></script>",
        ),
        (
            "Pier",
            "<noscript>Abilita JavaScript per continuare.</noscript><script src=/b.js></script>",
        ),
        (
            "Pier",
            "<noscript>Ative o JavaScript para continuar.</noscript><script src=/b.js></script>",
        ),
        (
            "Pier",
            "<noscript>Schakel JavaScript in om verder te gaan.</noscript><script src=/b.js></script>",
        ),
        ("Pier", "<p>This site requires JavaScript.</p><script src=/b.js></script>"),
        (
            "Stay",
            "<div id=__next></div><footer>© 2024 Stay Inc. All rights reserved.</footer><script src=/n.js></script>",
        ),
    ];
    assert_all(NeedsScripts, &pages);
    assert_all(Empty, &[("", ""), ("Pier", "<p> </p>"), ("Pier", "<div id=x></div>")]);
    let login = "<meta http-equiv=refresh content='0;url=/login?next=/pier'><script>go()</script>";
    assert_all(LoginWall, &[("Pier", login)]);
}

#[test]
fn pages_that_show_their_content_are_open() {
    let banner = "<div><p>We value your privacy. We and our 612 partners store and access information on a device, such as cookies, and process personal data for advertising.</p><button>Accept all cookies</button></div>".repeat(4);
    let form = "<form><input name=user><input type=password><button>Sign in</button></form>";
    let article = "<p>The pier was opened in 1911 and carries two roads over the mouth of the river, which is wide here.</p>".repeat(40);
    let pages = [
        ("Pier Alba", FACTS.to_owned()),
        ("Pier Alba", format!("{banner}{FACTS}")),
        ("Pier Beta", "<h1>Pier Beta</h1><p>We use cookies. Cookie preferences</p><p>A pier with a view of the bay.</p>".to_owned()),
        ("Pier Delta", "<div><h2>We value your privacy</h2><p>We and our partners use cookies for advertising.</p></div><h1>Pier Delta</h1><p>A pier of stone, with a lamp at its end and a house for the keeper of it.</p>".to_owned()),
        ("Pier Alba", format!("{FACTS}{form}")),
        ("Pier Alba", format!("{form}{article}")),
        ("Pier Alba", format!("{FACTS}<p>Please log in to leave a comment.</p>")),
        ("Pier Alba", format!("{FACTS}<p>Already a subscriber? Read our letters.</p>")),
        ("Pier Alba", format!("{FACTS}<noscript>Please enable JavaScript for the map.</noscript><script src=m.js></script>")),
        ("Pier Alba", format!("{FACTS}<script src='https://www.google.com/recaptcha/api.js'></script><form><textarea></textarea></form>")),
        ("Pier Alba", format!("{FACTS}<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>")),
        ("Bath Oda", "<h1>Bath Oda</h1><table><tr><th>Opened</th><td>1950</td></tr><tr><th>Pools</th><td>2</td></tr></table><p>To book, complete the captcha and verify you are human.</p><script src='https://www.google.com/recaptcha/api.js'></script>".to_owned()),
        ("Spa Alba", "<h1>Spa Alba</h1><p>A bath in the hills that belongs to the town.</p><p>Our blog explains how a captcha finds out whether you are human, and why we show one when you book.</p><dl><dt>Opened</dt><dd>1931</dd></dl>".to_owned()),
        ("How captchas work", format!("<h1>How captchas work</h1><p>Are you a robot? Sites ask this to keep automated traffic away.</p>{}", "<p>The first tests showed letters that programs could not read, and later ones ask for pictures of buses and bridges.</p>".repeat(6))),
        ("Pier Gamma", "<h1>Pier Gamma</h1><p>Built: 1904. Length: 300 m.</p>".to_owned()),
        ("404 Film Festival", "<h1>404 Film Festival</h1><p>Founded: 1999</p><p>A festival of short films about errors, which takes place every spring.</p>".to_owned()),
        ("Lamp 5", "<h1>Lamp 5</h1><table><tr><th>Height</th><td>40 cm</td></tr><tr><th>Weight</th><td>2 kg</td></tr></table><p>This lamp is no longer available.</p>".to_owned()),
        ("Domain history", format!("<h1>Domain history</h1>{article}<p>This domain is for sale.</p>")),
        ("Hotel Dora", "<h1>Hotel Dora</h1><p>A quiet house by the lake, run by one family since it was built. Breakfast is served until eleven.</p>".to_owned()),
        ("Acme", "<script type='application/ld+json'>{\"@type\":\"Hotel\",\"name\":\"Acme\",\"numberOfRooms\":84,\"telephone\":\"+46 1\"}</script><div id=root></div><script src=b.js></script>".to_owned()),
        ("News", format!("<script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"headline\":\"N\",\"isAccessibleForFree\":true}}</script>{FACTS}")),
    ];
    let pages: Vec<(&str, &str)> =
        pages.iter().map(|(title, body)| (*title, body.as_str())).collect();
    assert_all(Open, &pages);
}

#[test]
fn a_way_to_contact_the_site_is_no_content() {
    let wall = page(
        "Access denied",
        "<h1>Access denied</h1><a href='mailto:help@pier.example'>Contact support</a>",
    );
    assert_eq!(access(&wall, "https://pier.example/"), Denied);
    let login = page(
        "Sign in",
        "<h1>Sign in</h1><form action='/login' method=post><input name=u><input type=password></form>\
         <script id='__NEXT_DATA__' type='application/json'>{\"props\":{\"site\":{\"name\":\"Pier\",\"region\":\"eu\"}}}</script>",
    );
    assert_eq!(access(&login, "https://pier.example/"), LoginWall);
    for target in ["/bottles", "/challenges/2024"] {
        let html = format!(
            "<html><head><meta http-equiv=refresh content='0;url={target}'></head><body></body></html>"
        );
        assert_ne!(access(&html, "https://pier.example/"), Captcha, "{target}");
    }
}
