//! What walls, missing pages and shells say, in the languages of the web; all in lower case.

use super::Sign;

/// Phrases, each with what it is a sign of on a page that shows little else.
pub(super) const PHRASES: &[(Sign, &[&str])] = &[
    (
        Sign::Challenge,
        &[
            // English
            "verify you are human", "verify that you are human", "verify you're human",
            "verifying you are human", "verify that you're human", "confirm you are human",
            "confirm that you are human", "confirm you're not a robot", "you're not a robot",
            "you are not a robot", "are you a robot", "are you human", "not a bot", "i'm not a robot",
            "checking your browser", "checking if the site connection is secure", "just a moment...",
            "unusual traffic", "unusual activity from your", "suspicious activity from your",
            "automated traffic", "automated access", "automated requests", "complete the captcha",
            "complete the security check", "security check to access", "human verification",
            "prove you are human", "prove that you are human", "prove you're human",
            "press & hold", "press and hold", "enable javascript and cookies to continue",
            "ddos protection by", "solve this captcha", "solve the captcha", "enter the characters",
            "characters you see", "using automation tools",
            "bot detection", "might be a bot", "may be a bot", "you are a bot",
            "review the security of your connection", "pardon our interruption",
            "slide to verify", "drag the slider", "performing security verification",
            "verification is taking longer", "checking the security of your connection",
            "humans only", "complete this challenge", "complete the challenge",
            // German
            "bestätigen sie, dass sie ein mensch", "bestätigen sie, dass sie kein roboter",
            "überprüfen, ob sie ein mensch", "ob sie ein mensch sind", "sicherheitsüberprüfung",
            "ich bin kein roboter", "sind sie ein roboter", "ungewöhnlichen datenverkehr",
            "ungewöhnliche aktivität", "ihr browser wird überprüft", "ihren browser überprüfen",
            "nur für menschen", "dass sie ein mensch sind", "lösen sie das captcha",
            // French
            "vérifiez que vous êtes humain", "vérification que vous êtes humain", "vous êtes humain",
            "vous êtes un humain", "vous n'êtes pas un robot", "je ne suis pas un robot",
            "trafic inhabituel", "activité inhabituelle", "vérification de votre navigateur",
            "vérification de sécurité", "réservé aux humains", "êtes-vous un robot",
            // Spanish
            "verifique que es humano", "verifica que eres humano", "verificar que es un ser humano",
            "que eres humano", "que usted es humano", "no soy un robot", "no eres un robot",
            "no es un robot", "tráfico inusual", "actividad inusual", "comprobando su navegador",
            "verificación de seguridad", "solo humanos", "es usted un robot",
            // Italian
            "verifica di essere umano", "verifica che sei umano", "sei umano", "sei un essere umano",
            "non sono un robot", "non sei un robot", "traffico insolito", "attività insolita",
            "controllo del browser", "verifica di sicurezza", "solo per umani",
            // Portuguese
            "verifique se você é humano", "você é humano", "que é humano", "não sou um robô",
            "não é um robô", "tráfego incomum", "atividade incomum", "verificação de segurança",
            "verificando seu navegador", "apenas humanos",
            // Dutch
            "controleer of u een mens", "bevestig dat u een mens", "bevestig dat je een mens",
            "of u een mens bent", "dat je een mens bent", "ik ben geen robot", "geen robot bent",
            "ongebruikelijk verkeer", "uw browser wordt gecontroleerd", "alleen mensen",
            // Polish
            "potwierdź, że jesteś człowiekiem", "jesteś człowiekiem", "nie jestem robotem",
            "nie jesteś robotem", "nietypowy ruch", "sprawdzanie przeglądarki", "tylko dla ludzi",
            // Japanese
            "人間であることを確認", "ロボットではありません", "ロボットではないこと", "通常と異なるトラフィック",
            "ブラウザを確認しています", "セキュリティチェック", "ロボットでないこと",
        ],
    ),
    (
        Sign::Gone,
        &[
            "404 not found", "page not found", "page cannot be found", "page can't be found",
            "page could not be found", "page couldn't be found", "page you requested could not",
            "page you are looking for", "page you were looking for", "page you're looking for",
            "no longer available", "error 404", "404 error", "page does not exist",
            "page doesn't exist", "page no longer exists", "410 gone", "page has been removed",
            "can't find that page", "couldn't find that page", "cannot find the page",
            "seite nicht gefunden", "seite wurde nicht gefunden", "seite konnte nicht gefunden",
            "seite existiert nicht", "fehler 404", "nicht mehr verfügbar",
            "page introuvable", "page non trouvée", "cette page n'existe pas", "erreur 404",
            "page demandée n'existe", "n'est plus disponible",
            "página no encontrada", "no se ha encontrado la página", "página no existe",
            "no se encontró la página", "página que busca no", "ya no está disponible",
            "pagina non trovata", "pagina non esiste", "errore 404", "non è più disponibile",
            "página não encontrada", "página não existe", "erro 404", "página que procura",
            "não está mais disponível", "pagina niet gevonden", "pagina bestaat niet",
            "pagina kon niet worden gevonden", "niet langer beschikbaar", "fout 404",
            "nie znaleziono strony", "strona nie została znaleziona", "strona nie istnieje",
            "błąd 404", "ページが見つかりません", "ページは見つかりませんでした", "お探しのページ",
            "ページは存在しません",
        ],
    ),
    (
        Sign::Parked,
        &[
            "domain is for sale", "domain may be for sale", "buy this domain", "domain is parked",
            "domain has expired", "parked free, courtesy", "parked domain", "domain name is for sale",
            "purchase this domain", "account has been suspended", "account suspended",
            "this site is under construction", "website is under construction",
            "welcome to nginx!", "apache2 ubuntu default page", "apache2 debian default page",
            "future home of something", "website coming soon", "domain has been registered",
            "domain steht zum verkauf", "domain zu verkaufen", "domain ist geparkt",
            "domain wurde registriert", "domaine est à vendre", "domaine est en vente",
            "domaine est parqué", "dominio está en venta", "dominio a la venta",
            "dominio è in vendita", "domínio está à venda", "domein is te koop",
            "domein staat te koop", "domena jest na sprzedaż", "domena na sprzedaż",
            "このドメインは", "ドメインは売り出し中",
        ],
    ),
    (
        Sign::Denied,
        &[
            "access denied", "403 forbidden", "access to this page has been denied",
            "you don't have permission", "you do not have permission", "request blocked",
            "you have been blocked", "request has been blocked", "access has been blocked",
            "access to this site has been", "your ip has been blocked", "ip address has been blocked",
            "unable to access", "not available in your region", "error 1020", "error 1015",
            "not available in your country", "unavailable in your country", "not authorized to view",
            "not authorised to view", "rate limited", "too many requests", "unavailable for legal",
            "not available to visitors from", "zugriff verweigert", "zugriff wurde verweigert",
            "sie wurden blockiert", "in ihrem land nicht verfügbar", "zugriff gesperrt",
            "ihre anfrage wurde blockiert", "accès refusé", "accès interdit", "vous avez été bloqué",
            "pas disponible dans votre pays", "votre accès a été bloqué", "acceso denegado",
            "acceso prohibido", "ha sido bloqueado", "no está disponible en su país",
            "no está disponible en tu país", "accesso negato", "sei stato bloccato",
            "accesso è stato bloccato", "non disponibile nel tuo paese", "acesso negado",
            "você foi bloqueado", "não está disponível no seu país", "acesso foi bloqueado",
            "toegang geweigerd", "u bent geblokkeerd", "je bent geblokkeerd",
            "niet beschikbaar in uw land", "toegang is geblokkeerd", "odmowa dostępu",
            "brak dostępu", "zostałeś zablokowany", "dostęp zablokowany", "アクセスが拒否されました",
            "アクセスは拒否", "アクセスできません", "お住まいの地域では",
        ],
    ),
    (
        Sign::Paywall,
        &[
            "subscribe to continue", "subscribe to read", "subscribe now to read",
            "to continue reading", "to keep reading", "to read the full", "to read this article",
            "subscribers only", "subscriber-only", "for subscribers", "already a subscriber",
            "start your free trial to read", "become a member to read", "exclusive to subscribers",
            "reached your limit of free", "you have reached your article limit", "unlock this article",
            "this content is for members", "nur für abonnenten", "weiterlesen mit",
            "jetzt weiterlesen", "um weiterzulesen", "sie sind bereits abonnent",
            "artikel ist abonnenten", "mit einem abo", "jetzt abonnieren und", "schon abonnent",
            "réservé aux abonnés", "réservé à nos abonnés", "abonnez-vous pour lire",
            "pour lire la suite", "déjà abonné", "article est réservé", "solo para suscriptores",
            "exclusivo para suscriptores", "suscríbete para", "suscríbase para",
            "para seguir leyendo", "ya eres suscriptor", "riservato agli abbonati",
            "abbonati per leggere", "abbonati per continuare", "contenuto riservato",
            "per continuare a leggere", "sei già abbonato", "exclusivo para assinantes",
            "assine para continuar", "assine para ler", "para continuar lendo", "já é assinante",
            "conteúdo exclusivo", "alleen voor abonnees", "abonneer je om", "abonneer u om",
            "om verder te lezen", "exclusief voor abonnees", "tylko dla subskrybentów",
            "dostęp dla subskrybentów", "aby czytać dalej", "wykup dostęp", "有料会員限定",
            "会員限定記事", "続きを読むには", "この記事は有料",
        ],
    ),
    (
        Sign::Login,
        &[
            "sign in to continue", "log in to continue", "login to continue", "please log in",
            "please login", "please sign in", "must be logged in", "must log in", "must sign in",
            "sign in to view", "log in to view", "sign in to see", "log in to see",
            "create an account to continue", "you need to log in", "you need to sign in",
            "members only", "login required", "sign in to your account", "log in to your account",
            "join to view", "melden sie sich an", "bitte anmelden", "bitte loggen sie sich",
            "bitte einloggen", "anmeldung erforderlich", "sie müssen angemeldet", "nur für mitglieder",
            "connectez-vous", "veuillez vous connecter", "vous devez être connecté",
            "identifiez-vous", "réservé aux membres", "inicia sesión para", "inicie sesión",
            "debe iniciar sesión", "debes iniciar sesión", "inicia sesión", "accedi per",
            "effettua l'accesso", "effettua il login", "devi accedere", "devi effettuare il login",
            "faça login", "faça o login", "entre para continuar", "inicie sessão",
            "é necessário fazer login", "iniciar sessão para", "log in om", "inloggen om",
            "u moet ingelogd", "je moet ingelogd", "meld je aan om", "meld u aan om",
            "zaloguj się", "musisz się zalogować", "musisz być zalogowany", "ログインしてください",
            "ログインが必要", "サインインしてください", "会員登録が必要",
        ],
    ),
    (
        Sign::Consent,
        &[
            "before you continue to", "accept all cookies", "we value your privacy",
            "your privacy is important", "we care about your privacy", "we use cookies",
            "uses cookies", "accept cookies", "accept all", "consent to the use of",
            "cookie preferences", "cookie settings", "manage your privacy", "manage cookies",
            "store and access information on a device", "store and/or access information",
            "our partners", "continue with advertising", "agree and continue", "accept and continue",
            "wir verwenden cookies", "wir nutzen cookies", "verwendet cookies", "alle akzeptieren",
            "cookies akzeptieren", "ihre privatsphäre", "wir und unsere partner", "unsere partner",
            "akzeptieren und weiter", "zustimmen und weiter", "bevor sie fortfahren",
            "bevor sie zu", "mit werbung", "informationen auf einem gerät",
            "nous utilisons des cookies", "utilise des cookies", "tout accepter",
            "accepter et continuer", "accepter les cookies", "votre vie privée", "nos partenaires",
            "continuer sans accepter", "avant de continuer", "stocker et/ou accéder",
            "utilizamos cookies", "usamos cookies", "aceptar todo", "aceptar todas",
            "aceptar y continuar", "aceptar cookies", "tu privacidad", "su privacidad",
            "nuestros socios", "antes de continuar", "almacenar o acceder",
            "utilizziamo i cookie", "usiamo i cookie", "utilizza cookie", "accetta tutti",
            "accetta tutto", "accetta e continua", "la tua privacy", "nostri partner",
            "prima di continuare", "archiviare informazioni", "aceitar todos", "aceitar tudo",
            "aceitar e continuar", "aceitar cookies", "sua privacidade", "nossos parceiros",
            "os nossos parceiros", "antes de prosseguir", "wij gebruiken cookies",
            "we gebruiken cookies", "gebruikt cookies", "alles accepteren", "alle cookies accepteren",
            "accepteren en doorgaan", "jouw privacy", "uw privacy", "onze partners",
            "voordat je verdergaat", "voordat je doorgaat", "używamy plików cookie",
            "wykorzystujemy pliki cookie", "akceptuj wszystkie", "zaakceptuj wszystko",
            "akceptuję i przechodzę", "twoja prywatność", "nasi partnerzy", "naszych partnerów",
            "zanim przejdziesz", "cookieを使用しています", "クッキーを使用", "すべて同意",
            "すべて許可", "同意して続行", "同意する", "プライバシーを尊重",
        ],
    ),
    (
        Sign::Scripts,
        &[
            "enable javascript", "requires javascript", "javascript is required",
            "javascript is disabled", "javascript enabled", "turn on javascript",
            "without javascript", "needs javascript", "activate javascript", "javascript to run",
            "javascript is not enabled", "javascript must be", "aktivieren sie javascript",
            "javascript aktivieren", "javascript ist deaktiviert", "benötigt javascript",
            "bitte javascript", "erfordert javascript", "activer javascript", "activez javascript",
            "javascript est désactivé", "nécessite javascript", "javascript pour",
            "habilite javascript", "active javascript", "activar javascript", "habilitar javascript",
            "requiere javascript", "javascript está desactivado", "activa javascript",
            "abilita javascript", "attiva javascript", "abilitare javascript", "attivare javascript",
            "richiede javascript", "ative o javascript", "habilite o javascript", "ativar javascript",
            "requer javascript", "ativar o javascript", "schakel javascript", "javascript inschakelen",
            "vereist javascript", "zet javascript aan", "javascript nodig", "włącz javascript",
            "włączenia javascript", "włączyć javascript", "wymaga javascript", "włączoną obsługę javascript",
            "javascriptを有効", "javascript を有効", "javascriptが無効", "javascript が無効",
        ],
    ),
];

/// Titles, whole or between separators, of pages that show no content.
pub(super) const TITLES: &[(Sign, &[&str])] = &[
    (
        Sign::Challenge,
        &[
            "just a moment...", "just a moment", "attention required!", "one more step",
            "pardon our interruption", "please wait...", "please wait", "security check",
            "robot check", "bot check", "are you a robot?", "are you human?", "human verification",
            "verify you are human", "verification required", "bot verification", "captcha",
            "you are being redirected...", "checking your browser", "client challenge",
            "making sure you're not a bot!", "security verification", "ddos-guard",
            "security challenge", "challenge validation", "vercel security checkpoint",
            "nur einen moment...", "einen moment...", "einen moment bitte...", "einen moment, bitte...",
            "sicherheitsprüfung", "sicherheitsüberprüfung", "un instant...", "un instant",
            "veuillez patienter...", "vérification de sécurité", "un momento...",
            "un momento, por favor...", "un momento, prego...", "espere un momento...",
            "comprobación de seguridad", "verificación de seguridad", "attendere...",
            "controllo di sicurezza", "verifica di sicurezza", "um momento...",
            "um momento, por favor...", "verificação de segurança", "een ogenblik...",
            "een moment geduld...", "een moment geduld a.u.b...", "beveiligingscontrole",
            "chwileczkę...", "cierpliwości...", "kontrola bezpieczeństwa", "しばらくお待ちください...",
            "少々お待ちください...", "セキュリティチェック", "один момент...", "один момент…",
            "请稍候...", "請稍候...", "잠시만 기다리십시오...", "bir dakika lütfen...",
        ],
    ),
    (
        Sign::Denied,
        &[
            "access denied", "403 forbidden", "forbidden", "blocked", "request blocked",
            "access to this page has been denied", "error 403", "403", "zugriff verweigert",
            "accès refusé", "accès interdit", "acceso denegado", "accesso negato", "acesso negado",
            "toegang geweigerd", "odmowa dostępu", "アクセスが拒否されました",
        ],
    ),
    (
        Sign::Gone,
        &[
            "404", "404 not found", "not found", "page not found", "error 404", "404 error",
            "404 page not found", "410 gone", "page not found (404)", "404 - page not found",
            "seite nicht gefunden", "fehler 404", "404 seite nicht gefunden", "page introuvable",
            "erreur 404", "page non trouvée", "página no encontrada", "no encontrado",
            "pagina non trovata", "errore 404", "página não encontrada", "erro 404",
            "pagina niet gevonden", "niet gevonden", "fout 404", "nie znaleziono strony",
            "strona nie została znaleziona", "nie znaleziono", "błąd 404", "ページが見つかりません",
            "ページが見つかりませんでした",
        ],
    ),
    (
        Sign::Login,
        &[
            "sign in", "log in", "login", "sign in to continue", "sign up", "member login",
            "anmelden", "anmeldung", "einloggen", "connexion", "se connecter", "s'identifier",
            "iniciar sesión", "acceso", "accedi", "accesso", "entrar", "iniciar sessão", "inloggen",
            "aanmelden", "zaloguj się", "logowanie", "ログイン", "サインイン",
        ],
    ),
];

/// What scripts, frames and elements of the known guards contain only on a page that challenges.
pub(super) const CHALLENGES: [&str; 22] = [
    "_cf_chl_opt", "/cdn-cgi/challenge-platform/h/", "cf-chl-widget", "__cf_chl_", "cf-challenge",
    "captcha-delivery.com/c.js", "captcha-delivery.com/captcha", "captcha-delivery.com/i.js",
    "px-captcha", "/_incapsula_resource?swudnsai", "_incapsula_resource?cwudnsai", "sec-if-cpt",
    "sec-bc-tile", "bm-verify", "gokuprops", "awswafintegration", "/.well-known/sgcaptcha",
    "/.within.website/x/cmd/anubis", "sucuri_cloudproxy_js", "ddos-guard/js-challenge",
    "kpsdk", "distil_r_captcha",
];

/// What a page with a test for bots contains, in a challenge or in one of its forms.
pub(super) const TESTS: [&str; 12] = [
    "challenges.cloudflare.com", "hcaptcha.com", "recaptcha", "captcha-delivery.com",
    "arkoselabs", "funcaptcha", "friendlycaptcha", "friendly-challenge", "mtcaptcha", "geetest",
    "captcha.js", "smartcaptcha",
];

/// What the pages of parked domains load.
pub(super) const PARKING: [&str; 8] = [
    "parkingcrew", "sedoparking", "bodis.com", "parklogic", "above.com/marketplace",
    "parking-lander", "hugedomains.com", "domainparking",
];

/// Parts of words about consent, cookies and advertising.
pub(super) const CONSENT_WORDS: [&str; 64] = [
    "cookie", "consent", "privacy", "partner", "vendor", "personal data", "personalis",
    "personaliz", "advertis", "legitimate interest", "accept", "reject", "your choices", "opt out",
    "tracking", "identifiers", "datenschutz", "einwillig", "zustimm", "akzeptier", "ablehn",
    "werbung", "personenbezogen", "widerruf", "confidentialité", "consentement", "accepter",
    "refuser", "publicité", "données", "vie privée", "privacidad", "consentimiento", "aceptar",
    "rechazar", "publicidad", "datos", "socios", "consenso", "accetta", "rifiuta", "pubblicità",
    "dati personali", "privacidade", "consentimento", "aceitar", "rejeitar", "publicidade", "dados",
    "parceiros", "toestemming", "accepteren", "weigeren", "advertenties", "gegevens", "zgod",
    "prywatno", "akceptuj", "odrzu", "reklam", "danych", "同意", "個人情報", "プライバシー",
];

/// Parts of addresses to which visitors without an account are sent.
pub(super) const LOGIN_PATHS: [&str; 16] = [
    "/login", "/log-in", "/signin", "/sign-in", "/sign_in", "/accounts/", "/account/login",
    "/users/sign", "/anmelden", "/connexion", "/iniciar-sesion", "/accedi", "/entrar", "/inloggen",
    "/logowanie", "/sso/",
];

/// Labels of a page of a guard or of an error, and of forms.
pub(super) const TECHNICAL_LABELS: [&str; 24] = [
    "ray id", "your ip", "ip", "ip address", "client ip", "reference", "reference id", "incident id",
    "request id", "event id", "session id", "support id", "error code", "error", "code", "status",
    "url", "timestamp", "host", "user agent", "password", "e-mail", "email", "username",
];
