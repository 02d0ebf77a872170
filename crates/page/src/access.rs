//! Whether a page shows its content, judged by its text.

use ampledata_core::page::Access;

use super::tag::{Attr, Tag};
use super::tree::Tree;

/// A page with more text than this, in bytes, shows its content, whatever notices it has.
const LITTLE: usize = 1500;
/// A page with less text than this is an empty shell.
const NOTHING: usize = 30;

/// The largest amount of text around the notice of a wall, in bytes: a name, a menu, a footer.
const BEHIND_A_NOTICE: usize = 250;
/// The largest amount of text around a form or a message of the server, in bytes.
const BEHIND_A_FORM: usize = 700;

/// Phrases in lower case, each with its meaning on a page with little text.
const SIGNS: [(Access, &[&str]); 6] = [
    (
        Access::Captcha,
        &[
            "verify you are human",
            "verify that you are human",
            "are you a robot",
            "making sure you're not a bot",
            "making sure you are not a bot",
            "not a robot",
            "checking your browser",
            "just a moment...",
            "unusual traffic",
            "complete the captcha",
            "security check to access",
            "human verification",
            "prove you are human",
            "press & hold",
            "enable javascript and cookies to continue",
            "ddos protection by",
            "solve this captcha",
            "bot detection",
            "verifying you are human",
        ],
    ),
    (
        Access::Gone,
        &[
            "404 not found",
            "page not found",
            "page cannot be found",
            "page can't be found",
            "page could not be found",
            "page you requested could not",
            "no longer available",
            "error 404",
            "page does not exist",
            "page doesn't exist",
            "410 gone",
            "seite nicht gefunden",
            "page introuvable",
            "página no encontrada",
        ],
    ),
    (
        Access::Denied,
        &[
            "access denied",
            "403 forbidden",
            "access to this page has been denied",
            "you don't have permission",
            "you do not have permission",
            "request blocked",
            "you have been blocked",
            "not available in your region",
            "error 1020",
            "not available in your country",
            "zugriff verweigert",
            "accès refusé",
        ],
    ),
    (
        Access::Paywall,
        &[
            "subscribe to continue",
            "subscribe to read",
            "to continue reading",
            "subscribers only",
            "subscriber-only",
            "already a subscriber",
            "start your free trial to read",
            "this article is for subscribers",
            "become a member to read",
        ],
    ),
    (
        Access::LoginWall,
        &[
            "sign in to continue",
            "log in to continue",
            "login to continue",
            "please log in",
            "please sign in",
            "you must be logged in",
            "sign in to view",
            "log in to view",
            "create an account to continue",
            "you need to log in",
            "members only",
            "melden sie sich an",
            "connectez-vous pour",
        ],
    ),
    (
        Access::ConsentWall,
        &[
            "before you continue to",
            "accept all cookies",
            "we value your privacy",
            "we use cookies",
            "accept cookies",
            "consent to the use of",
            "cookie preferences",
            "manage your privacy",
            "wir verwenden cookies",
            "nous utilisons des cookies",
        ],
    ),
];

/// Judges a page by its visible text, its title, and whether it asks for a password. `described`: whether
/// structured data describes the page's subject.
pub(super) fn classify_access(
    text: &str,
    title: Option<&str>,
    asks_password: bool,
    described: bool,
) -> Access {
    let body = text.trim();
    if body.len() > LITTLE {
        return Access::Open;
    }
    let mut lower = title.unwrap_or("").to_lowercase();
    lower.push('\n');
    lower.push_str(&body.to_lowercase());
    let lower = lower.replace('’', "'");
    let found = SIGNS
        .iter()
        .find(|(_, phrases)| phrases.iter().any(|phrase| lower.contains(phrase)))
        .map(|(access, _)| *access);
    let beside = beside(&lower);
    match found {
        Some(Access::ConsentWall) if asks_password && beside <= BEHIND_A_FORM => Access::LoginWall,
        Some(access @ (Access::Captcha | Access::Denied)) => access,
        Some(Access::Gone) if beside <= BEHIND_A_FORM => Access::Gone,
        // Many pages that show all their content also have a notice about cookies or members.
        Some(access) if !described && beside <= BEHIND_A_NOTICE => access,
        Some(Access::LoginWall) if asks_password && !described && beside <= BEHIND_A_FORM => {
            Access::LoginWall
        }
        Some(_) => Access::Open,
        _ if asks_password && !described => Access::LoginWall,
        _ if body.len() < NOTHING && !described => Access::Empty,
        _ => Access::Open,
    }
}

/// The amount of text besides the lines of the notice, in bytes.
fn beside(lower: &str) -> usize {
    let says_why = |line: &str| {
        SIGNS.iter().any(|(_, phrases)| phrases.iter().any(|phrase| line.contains(phrase)))
    };
    lower.lines().filter(|line| !says_why(line)).map(|line| line.trim().len()).sum()
}

/// Whether a visible form asks for a password.
pub(super) fn has_password_field(tree: &Tree) -> bool {
    (1..tree.len()).any(|id| {
        tree.tag(id) == Tag::Input
            && !tree.node(id).unseen
            && tree.attr(id, Attr::Type).is_some_and(|kind| kind.eq_ignore_ascii_case("password"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walls_are_distinguished() {
        let judge = |text, password| classify_access(text, None, password, false);
        assert_eq!(judge("Sign in to continue. E-mail Password", true), Access::LoginWall);
        assert_eq!(
            judge("Welcome to Acme. E-mail, Password, Remember me", true),
            Access::LoginWall
        );
        assert_eq!(judge("Verify you are human by completing the action", false), Access::Captcha);
        assert_eq!(
            judge("We use cookies. Accept all cookies to go on.", false),
            Access::ConsentWall
        );
        assert_eq!(judge("Already a subscriber? Subscribe to read it all", false), Access::Paywall);
        assert_eq!(judge("Access Denied. Reference #18", false), Access::Denied);
        assert_eq!(judge("Oops! Page not found, go to the home page", false), Access::Gone);
        assert_eq!(judge("  Loading ", false), Access::Empty);
    }

    #[test]
    fn a_page_with_content_is_open_whatever_stands_beside_it() {
        let long = "A long article about bridges and rivers. ".repeat(50) + "Please log in.";
        assert_eq!(classify_access(&long, None, true, false), Access::Open);
        let short = "Bridge of Sighs. Built: 1600. Length: 11 m. Venice.";
        assert_eq!(classify_access(short, None, false, false), Access::Open);
        assert_eq!(classify_access(short, None, true, true), Access::Open);
    }

    #[test]
    fn a_notice_under_a_short_page_is_no_wall() {
        let facts = "Opened: 15 December 1935\nMain span: 209 ft\nDesigner: Alfred Eichler\n";
        let page = "A lift bridge between two towns on a river that is named after them.\n";
        let page = page.repeat(4) + facts + "Members pay in January. We use cookies.";
        assert_eq!(classify_access(&page, Some("Tower Bridge"), false, false), Access::Open);
    }

    #[test]
    fn the_title_counts_too() {
        let title = Some("Making sure you’re not a bot!");
        assert_eq!(classify_access("Loading...", title, false, false), Access::Captcha);
    }
}
