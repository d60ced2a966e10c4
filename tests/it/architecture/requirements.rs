//! The security requirements, and whether each has a test that carries its id (`r26_plain_http_is_refused`).

use super::source::rust;

/// All requirements.
const REQUIREMENTS: &[(&str, &str)] = &[
    ("r01", "length of passwords"),
    ("r02", "no composition rules"),
    ("r03", "passwords are taken as they are"),
    ("r04", "common passwords are refused"),
    ("r05", "passwords that name their owner are refused"),
    ("r06", "argon2id above the floor"),
    ("r07", "rehash when parameters rise"),
    ("r08", "hashing is bounded"),
    ("r09", "confirm before changing what secures an account"),
    ("r10", "password fields that password managers understand"),
    ("r11", "no default account"),
    ("r12", "one canonical form of an address"),
    ("r13", "one account for an address"),
    ("r14", "no field that was not offered"),
    ("r15", "sign-up tells nobody who has an account"),
    ("r16", "sign-up is limited"),
    ("r17", "a refused sign-in looks the same whatever the cause"),
    ("r18", "a refused sign-in takes the same time"),
    ("r19", "failures of one account slow down"),
    ("r20", "one counter for every spelling and door"),
    ("r21", "attempts are counted before they are tried"),
    ("r22", "failures of one address are limited"),
    ("r23", "one gate for every way in"),
    ("r24", "mail about what changed"),
    ("r25", "session keys"),
    ("r26", "cookie attributes and no plain http"),
    ("r27", "a new session key at every step"),
    ("r28", "idle and absolute end of a session"),
    ("r29", "sign-out ends the session"),
    ("r30", "disabled means signed out everywhere"),
    ("r31", "a reset revokes what was issued"),
    ("r32", "own sessions are listed and ended"),
    ("r33", "recent confirmation for what matters"),
    ("r34", "forms are bound to their session and origin"),
    ("r35", "sign-in forms are protected too"),
    ("r36", "JSON with a cookie is JSON only"),
    ("r37", "GET changes nothing"),
    ("r38", "no foreign origins"),
    ("r39", "content security policy"),
    ("r40", "strict transport security"),
    ("r41", "headers that keep content in its place"),
    ("r42", "secrets are not cached"),
    ("r43", "templates escape"),
    ("r44", "redirects stay here"),
    ("r45", "redirect with 303"),
    ("r46", "content types"),
    ("r47", "well-known addresses"),
    ("r48", "works without script"),
    ("r49", "mailed links"),
    ("r50", "links are built from the public URL"),
    ("r51", "reset requests tell nothing"),
    ("r52", "a reset is no sign-in"),
    ("r53", "administrators never see passwords"),
    ("r54", "change of address"),
    ("r55", "mail headers cannot be injected"),
    ("r56", "mail survives its server"),
    ("r57", "time-based codes"),
    ("r58", "codes are throttled"),
    ("r59", "recovery codes"),
    ("r60", "second factor by role"),
    ("r61", "passkeys"),
    ("r62", "token format"),
    ("r63", "token entropy"),
    ("r64", "tokens are kept as keyed digests"),
    ("r65", "comparison in constant time"),
    ("r66", "the whole token must match"),
    ("r67", "a secret is shown once"),
    ("r68", "one authenticator"),
    ("r69", "tokens only in headers"),
    ("r70", "tokens cannot manage tokens"),
    ("r71", "a key mints no more than it is"),
    ("r72", "admin within its workspace"),
    ("r73", "expiry"),
    ("r74", "revoked on the next request"),
    ("r75", "workspace lock"),
    ("r76", "publishable keys"),
    ("r77", "last use"),
    ("r78", "caps and the switch"),
    ("r79", "leaked tokens"),
    ("r80", "authorization server metadata"),
    ("r81", "token endpoint requests"),
    ("r82", "token endpoint errors"),
    ("r83", "client authentication"),
    ("r84", "client credentials"),
    ("r85", "refresh tokens"),
    ("r86", "refresh exactly once"),
    ("r87", "refresh looks again"),
    ("r88", "access token claims"),
    ("r89", "access token verification"),
    ("r90", "access token class and audience"),
    ("r91", "published keys"),
    ("r92", "keys are encrypted at rest"),
    ("r93", "introspection"),
    ("r94", "revocation endpoint"),
    ("r95", "WWW-Authenticate"),
    ("r96", "authorization code"),
    ("r97", "device flow"),
    ("r98", "proof of possession"),
    ("r99", "token exchange"),
    ("r100", "deny by default"),
    ("r101", "tenants never see each other"),
    ("r102", "ids are never secrets and never reused"),
    ("r103", "no self-promotion"),
    ("r104", "membership state by type"),
    ("r105", "rights are read at each request"),
    ("r106", "the development shortcut"),
    ("r107", "rate limits"),
    ("r108", "failed authentication counts against the address"),
    ("r109", "client address"),
    ("r110", "sizes"),
    ("r111", "hostile JSON"),
    ("r112", "cursors"),
    ("r113", "bound parameters only"),
    ("r114", "no request smuggling"),
    ("r115", "errors in one envelope"),
    ("r116", "fail closed"),
    ("r117", "TLS"),
    ("r118", "metrics apart"),
    ("r119", "no secret in a log"),
    ("r120", "no forged log line"),
    ("r121", "audit events"),
    ("r122", "audit is append-only"),
    ("r123", "times and sequence"),
    ("r124", "key inventory"),
    ("r125", "dependencies"),
    ("r126", "SQLite as measured"),
    ("r127", "acknowledged is durable"),
    ("r128", "Postgres restarts"),
    ("r129", "migrations"),
    ("r130", "backup"),
    ("r131", "orderly shutdown"),
    ("r132", "bad settings stop the start"),
];

/// Requirements that have had a test; none of them may lose it.
const TESTED: &[&str] = &[
    "r01", "r02", "r03", "r04", "r05", "r06", "r07", "r08", "r09", "r10", "r11", "r12", "r13", "r14", "r15", "r16", "r17", "r18",
    "r19", "r20", "r21", "r22", "r23", "r24", "r25", "r26", "r27", "r28", "r29", "r30", "r31", "r32", "r33", "r34", "r35", "r36",
    "r37", "r38", "r39", "r40", "r41", "r42", "r43", "r44", "r45", "r46", "r47", "r48", "r49", "r50", "r51", "r52", "r53", "r54",
    "r55", "r56", "r57", "r58", "r59", "r60", "r62", "r63", "r64", "r65", "r66", "r67", "r68", "r69", "r70", "r71", "r72", "r73",
    "r74", "r75", "r76", "r77", "r78", "r79", "r80", "r81", "r82", "r83", "r84", "r88", "r89", "r90", "r91", "r92", "r93", "r94",
    "r95", "r96", "r97", "r100", "r101", "r102", "r103", "r104", "r105", "r106", "r107", "r108", "r109", "r110", "r111", "r112",
    "r113", "r114", "r115", "r116", "r118", "r119", "r120", "r121", "r122", "r123", "r125", "r126", "r129", "r131", "r132",
];

/// The ids that the names of test functions begin with.
fn tested(sources: &[String]) -> Vec<String> {
    let names = sources.iter().flat_map(|text| text.split("fn ").skip(1));
    let ids = names.filter_map(|name| {
        let id: String = name.chars().take_while(char::is_ascii_alphanumeric).collect();
        let number = id.strip_prefix('r').filter(|number| number.len() >= 2)?;
        number.bytes().all(|b| b.is_ascii_digit()).then_some(id)
    });
    let mut ids: Vec<String> = ids.collect();
    // One test may hold two requirements: r43_…_and_r39_….
    let second = sources.iter().flat_map(|text| text.split("_and_r").skip(1));
    let second = second.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
    ids.extend(second.filter(|number| number.len() >= 2).map(|number| format!("r{number}")));
    ids.sort();
    ids.dedup();
    ids
}

#[test]
fn every_requirement_that_had_a_test_still_has_one() {
    let sources: Vec<String> = rust("src").into_iter().chain(rust("tests")).map(|file| file.text).collect();
    let tested = tested(&sources);
    for (id, title) in REQUIREMENTS.iter().filter(|(id, _)| !tested.iter().any(|t| t == id)) {
        println!("no test yet: {} {title}", id.to_uppercase());
    }
    let unlisted: Vec<&String> = tested.iter().filter(|id| REQUIREMENTS.iter().all(|(known, _)| known != id)).collect();
    assert!(unlisted.is_empty(), "these ids name no requirement: {unlisted:?}");
    let lost: Vec<&&str> = TESTED.iter().filter(|id| !tested.iter().any(|t| t == *id)).collect();
    assert!(lost.is_empty(), "these requirements have lost their test: {lost:?}");
}

#[test]
fn ids_are_read_from_the_names_of_tests() {
    let source = "fn r26_a() {} async fn r132_b() {} fn r39_c_and_r43_d() {} fn r5_x() {} fn rest() {} fn r10n() {}".to_owned();
    assert_eq!(tested(&[source]), ["r132", "r26", "r39", "r43"]);
}
