//! Every request of a page passes the guard.

use wiremock::matchers::path;
use wiremock::{Mock, ResponseTemplate};

use crate::{PATIENCE, asked, browser, fetched, site, text};

/// The function `say` of the test pages, which adds an event to the page.
const SAY: &str = "<p id=out>start</p><script>const say = t => \
    document.getElementById('out').textContent += ' ' + t;\
    const report = (name, url, more) => fetch(url, more)\
    .then(r => r.text()).then(t => say(name + '=reached:' + t), () => say(name + '=refused'));</script>";

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_guard_keeps_pages_from_the_machine() {
    let server = site(&[("/secret", "hidden")]).await;
    let secret = format!("{}/secret", server.uri());
    let port = server.address().port();
    let body = format!(
        "{SAY}<iframe src='{secret}'></iframe><script src='{secret}'></script>\
         <link rel=preload as=fetch href='{secret}'><link rel=prerender href='{secret}'>\
         <meta http-equiv=refresh content='1;url={secret}'>\
         <form action='{secret}' method=post target=f id=form></form><iframe name=f></iframe><script>\
         const local = 'http://localhost:{port}/secret', short = 'http://127.1:{port}/secret';\
         report('v4', '{secret}', {{mode: 'no-cors'}}); report('name', local, {{mode: 'no-cors'}});\
         report('short', short, {{mode: 'no-cors'}}); report('file', 'file:///etc/passwd');\
         report('v6', 'http://[::ffff:127.0.0.1]:{port}/secret', {{mode: 'no-cors'}});\
         report('meta', 'http://169.254.169.254/latest/', {{mode: 'no-cors'}});\
         report('keep', '{secret}', {{mode: 'no-cors', keepalive: true}});\
         const x = new XMLHttpRequest(); x.onloadend = () => say('xhr=' + x.status);\
         x.open('GET', '{secret}'); x.send(); navigator.sendBeacon('{secret}', 'b');\
         try {{ new WebSocket('{}') }} catch (e) {{}} try {{ new EventSource('{secret}') }} catch (e) {{}}\
         const source = 'fetch(\"{secret}\", {{mode: \"no-cors\"}}).then(() => postMessage(\"reached\"),\
         () => postMessage(\"refused\"))';\
         const worker = new Worker(URL.createObjectURL(new Blob([source])));\
         worker.onmessage = e => say('worker=' + e.data); form.submit(); window.open('{secret}');\
         </script>",
        secret.replace("http:", "ws:"),
    );
    let chromium = browser(false, PATIENCE);
    let page = chromium.render(&fetched("https://page.example/", &body)).await;
    assert_eq!(asked(&server).await, Vec::<String>::new());
    // The page may have navigated to a refused address; if not, it contains the results of its requests.
    match page {
        Ok(page) => {
            let text = text(page);
            let said = text.split("<p id=\"out\">").nth(1).and_then(|t| t.split("</p>").next());
            let said = said.unwrap_or_default();
            assert!(said.contains("v4=refused") && said.contains("file=refused"), "{said}");
            assert!(!said.contains("reached") && !said.contains("root:"), "{said}");
        }
        Err(error) => assert_eq!(error.code, "page_unavailable"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_of_a_page_s_requests_are_checked_too() {
    let body = format!(
        "{SAY}<script>report('fine', '/fine'); report('inside', '/inside'); report('mail', '/mail');\
         report('round', '/round')</script>"
    );
    let server = site(&[("/", &body), ("/end", "here")]).await;
    let with_password = server.uri().replace("http://", "http://user:word@");
    let redirects = [
        ("/fine", "/end".to_owned()),
        ("/inside", format!("{with_password}/secret")),
        ("/mail", "http://127.0.0.1:25/".to_owned()),
        ("/round", "/round".to_owned()),
    ];
    for (at, to) in redirects {
        let moved = ResponseTemplate::new(302).insert_header("location", to.as_str());
        Mock::given(path(at)).respond_with(moved).mount(&server).await;
    }
    let page = browser(true, PATIENCE).render(&fetched(&format!("{}/", server.uri()), &body)).await;
    let text = text(page.unwrap());
    for said in ["fine=reached:here", "inside=refused", "mail=refused", "round=refused"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!asked(&server).await.contains(&"/secret".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_leads_inside_is_not_taken() {
    let server = site(&[("/secret", "hidden")]).await;
    let body = format!("<p>kept</p><script>location = '{}/secret'</script>", server.uri());
    let page = browser(false, PATIENCE).render(&fetched("https://page.example/", &body)).await;
    assert_eq!(asked(&server).await, Vec::<String>::new());
    assert!(page.is_err_and(|error| error.code == "page_unavailable"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_asks_for_no_more_than_its_share() {
    let body = format!(
        "{SAY}<script>(async () => {{ let n = 0; for (let i = 0; i < 400; i++) \
         await fetch('/more?' + i).then(r => n += r.ok, () => 0); say('got ' + n + '.') }})()</script>"
    );
    let server = site(&[("/", &body), ("/more", "x")]).await;
    let page = browser(true, PATIENCE).render(&fetched(&format!("{}/", server.uri()), &body)).await;
    let text = text(page.unwrap());
    assert!(text.contains(" got 150."), "{text}");
}
