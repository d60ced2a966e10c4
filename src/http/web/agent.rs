//! A browser's name, made from its `User-Agent`: for recognising one's own sessions, never for deciding anything.

/// How much of an unknown agent's own words is shown.
const LONGEST: usize = 60;

/// What a `User-Agent` probably is: `Firefox on Linux`, `curl/8.5.0`; its first words when it is no known browser.
pub fn agent_name(agent: &str) -> String {
    if agent.trim().is_empty() {
        return "an unknown agent".to_owned();
    }
    if !agent.starts_with("Mozilla/") {
        return cut(agent.split_whitespace().next().unwrap_or(agent));
    }
    // Order matters: each of these browsers also claims to be those after it.
    let browsers = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("HeadlessChrome/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let systems = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let first = |table: &[(&str, &'static str)]| table.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (first(&browsers), first(&systems)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => cut(agent),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_browsers_are_called_by_their_names() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0";
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
        assert_eq!(agent_name(edge), "Edge on Windows");
        assert_eq!(agent_name(safari), "Safari on iPhone");
        assert_eq!(agent_name("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"), "Firefox on Linux");
        assert_eq!(agent_name("curl/8.5.0"), "curl/8.5.0");
        assert_eq!(agent_name(" "), "an unknown agent");
        assert_eq!(agent_name("Mozilla/5.0 (compatible; Robot)"), "Mozilla/5.0 (compatible; Robot)");
        assert_eq!(agent_name(&"é".repeat(200)).chars().count(), LONGEST + 1);
    }
}
