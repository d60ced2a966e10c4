//! `/admin/accounts`: everybody, found and sorted.

use latchkey::base::text::{EmailAddress, PersonName};
use latchkey::base::time::Span;
use latchkey::domain::accounts::{self, NewAccount, Password, Roles};

use super::administrator;
use crate::served;
use crate::support::TestApp;
use crate::support::app::{Answer, Browser, PASSWORD};
use crate::support::rows::execute_all;

/// The addresses on a page, in its order.
fn addresses(page: &Answer) -> Vec<String> {
    assert_eq!(page.status, 200, "{}", page.body);
    page.texts_of("tbody td[data-label=Email]")
}

/// The addresses on this page and all that follow it, and how many pages there are.
async fn walk(browser: &Browser<'_>, path: &str) -> (Vec<String>, usize) {
    let (mut all, mut pages, mut next) = (Vec::new(), 0, Some(path.to_owned()));
    while let Some(path) = next {
        let page = browser.get(&path).await;
        all.extend(addresses(&page));
        next = page.attribute("a[rel=next]", "href");
        pages += 1;
    }
    (all, pages)
}

async fn named(app: &TestApp, name: &str, email: &str) {
    let account = NewAccount {
        email: EmailAddress::parse(email).expect("an address"),
        name: PersonName::parse(name).expect("a name"),
        roles: Roles::user(),
    };
    let password = Password::choose(PASSWORD, 12, &[]).expect("a good password");
    accounts::create_by_operator(&app.app().ctx, account, &password).await.expect("an account");
}

/// An administrator, and seventy people whose rows are written at once: hashing seventy passwords takes long.
async fn many(app: &TestApp) -> Browser<'_> {
    let root = administrator(app).await;
    app.clock.advance(Span::seconds(1));
    execute_all(
        &app.app().ctx.db,
        &[
            "INSERT INTO accounts (id, email, email_key, name, roles, verified_at, created_at, updated_at)
         WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 79)
         SELECT '0198f3a2-7c5e-7d3c-8b1a-2f4e6d8c00' || i, 'p' || i || '@example.com', 'p' || i || '@example.com',
                CASE WHEN i < 30 THEN '' ELSE 'Person ' || (99 - i) END, '[\"user\"]', 1, i, i FROM n",
            "UPDATE accounts SET suspended_at = 1 WHERE created_at BETWEEN 10 AND 14",
            "UPDATE accounts SET verified_at = NULL WHERE created_at BETWEEN 20 AND 21",
            "UPDATE accounts SET verified_at = NULL, invited_at = 1 WHERE created_at = 30",
        ],
    )
    .await;
    root
}

served! {
    async fn every_order_is_walked_page_by_page_without_gap_or_repeat(app: &TestApp) {
        let browser = many(app).await;
        let mut everybody: Vec<String> = (10..80).map(|n| format!("p{n}@example.com")).collect();
        everybody.push("root@example.com".to_owned());
        for sort in ["-created", "created", "name", "-name", "email", "-email"] {
            let (all, pages) = walk(&browser, &format!("/admin/accounts?sort={sort}")).await;
            assert_eq!((all.len(), pages), (71, 2), "{sort}");
            let mut sorted = all.clone();
            sorted.sort();
            assert_eq!(sorted, everybody, "{sort}");
        }
        let (up, _) = walk(&browser, "/admin/accounts?sort=email").await;
        assert_eq!(up, everybody);
        let (newest, _) = walk(&browser, "/admin/accounts").await;
        assert_eq!((newest[0].as_str(), newest[70].as_str()), ("root@example.com", "p10@example.com"));
        let (by_name, _) = walk(&browser, "/admin/accounts?sort=name").await;
        assert_eq!(by_name[0], "p10@example.com", "who has no name stands where the address does");
        assert_eq!((by_name[20].as_str(), by_name[70].as_str()), ("p79@example.com", "root@example.com"));
    }

    async fn tabs_show_and_count_the_states(app: &TestApp) {
        let browser = many(app).await;
        let page = browser.get("/admin/accounts").await;
        assert_eq!(page.texts_of(".tabs .count"), ["71", "63", "1", "2", "5", "1"]);
        for (state, count, tag) in
            [("active", 63, "Active"), ("invited", 1, "Invited"), ("unconfirmed", 2, "Unconfirmed"), ("suspended", 5, "Suspended")]
        {
            let path = format!("/admin/accounts?state={state}");
            assert_eq!(walk(&browser, &path).await.0.len(), count, "{state}");
            let page = browser.get(&path).await;
            assert!(page.texts_of("tbody .tag").iter().all(|text| text == tag), "{state}");
            assert_eq!(page.attribute(".tabs a[aria-current=page]", "href"), Some(path));
        }
        assert_eq!(addresses(&browser.get("/admin/accounts?state=administrators").await), ["root@example.com"]);
    }

    async fn a_search_finds_parts_of_names_and_addresses_and_whole_ids(app: &TestApp) {
        let browser = administrator(app).await;
        named(app, "Zoë Ödegård", "Zoe.O@example.com").await;
        named(app, "", "anna+test@bücher.example").await;
        let found = async |q: &str| {
            let typed: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
            addresses(&browser.get(&format!("/admin/accounts?q={typed}")).await)
        };
        for q in ["Zoë", "ZO", "Ödegård", "degå", "zoe.o@", "ZOE.O@EXAMPLE.COM", " e.o@ex "] {
            assert_eq!(found(q).await, ["Zoe.O@example.com"], "{q}");
        }
        for q in ["anna+test", "anna+test@bücher.example", "ANNA+test@xn--bcher-kva.example", "xn--bcher"] {
            assert_eq!(found(q).await, ["anna+test@xn--bcher-kva.example"], "{q}");
        }
        let root = app.person("root@example.com").await;
        assert_eq!(found(&root.id().to_string()).await, ["root@example.com"]);
        for nobody in ["anna@bucher.example", "rооt@example.com", "usr_00000000000070008000000000000000", "%", "_", "a%b", "' OR 1=1--", "\\"] {
            assert_eq!(found(nobody).await, Vec::<String>::new(), "{nobody}");
        }
        let none = browser.get("/admin/accounts?q=%22%3E%3Csvg%2Fonload%3Dalert(1)%3E&state=active").await;
        assert!(none.text_of(".empty-line").starts_with("No account here matches “\"><svg/onload=alert(1)>”"), "{}", none.body);
        assert_eq!((none.field("q").as_str(), none.field("state").as_str()), ("\"><svg/onload=alert(1)>", "active"));
    }

    async fn unknown_words_in_the_address_ask_for_nothing(app: &TestApp) {
        let browser = many(app).await;
        let plain = addresses(&browser.get("/admin/accounts").await);
        for words in ["state=all", "state=Active", "sort=password", "sort=id;drop", "page=2", "q=", "q=%00", "state=active%00"] {
            assert_eq!(addresses(&browser.get(&format!("/admin/accounts?{words}")).await), plain, "{words}");
        }
        let long = "x".repeat(3_000);
        assert_eq!(addresses(&browser.get(&format!("/admin/accounts?q={long}")).await), plain, "longer than any name");
        assert_eq!(browser.get(&format!("/admin/accounts?q={}", "x".repeat(10_000))).await.status, 414);
    }

    async fn r112_a_cursor_that_was_not_written_for_this_list_is_refused(app: &TestApp) {
        let browser = many(app).await;
        let next = browser.get("/admin/accounts").await.attribute("a[rel=next]", "href").expect("a second page");
        let cursor = next.split("after=").nth(1).expect("a cursor").to_owned();
        assert_eq!(browser.get(&next).await.status, 200);
        let mut forged = cursor.clone();
        let other = if &forged[20..=20] == "A" { "B" } else { "A" };
        forged.replace_range(20..=20, other);
        for wrong in ["", "1", "%00", "null", forged.as_str(), &cursor[..cursor.len() - 4], &"A".repeat(3_000)] {
            assert_eq!(browser.get(&format!("/admin/accounts?after={wrong}")).await.status, 400, "{wrong}");
        }
        for elsewhere in ["/admin/accounts?sort=name&", "/admin/accounts?state=active&", "/admin/accounts?q=p&", "/admin/audit?"] {
            assert_eq!(browser.get(&format!("{elsewhere}after={cursor}")).await.status, 400, "{elsewhere}");
        }
    }
}
