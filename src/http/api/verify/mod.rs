//! `POST /v1/verify` and `/v1/verify/batch`: a product's API asks whether what it was presented is good. 200 for every
//! verdict.

mod question;
mod verdict;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;
use serde_json::json;

use question::Question;
use verdict::{Judged, Verdict};

use super::envelope::{ApiError, answer};
use super::fields::{Fields, Then};
use super::operation::{Operation, Who};
use super::schema;
use crate::app::App;
use crate::base::net::Origin;
use crate::domain::access::Scopes;
use crate::domain::credentials::{self, Granted, Unverified};
use crate::http::caller::{Caller, insufficient_scope, presented};
use crate::http::edge::origin_of;

const KINDS: [&str; 4] = ["personal", "secret", "publishable", "service"];
/// The same, and what an app holds for a person.
const TOLD_KINDS: [&str; 5] = ["personal", "secret", "publishable", "service", "grant"];
/// How many questions one request may ask.
const QUESTIONS_AT_MOST: usize = 100;

/// What the document says of them.
pub fn operations() -> [Operation; 2] {
    [one(), many()]
}

fn one() -> Operation {
    Operation::post("/verify", verify)
        .named("Verification", "verify", "Ask whether a secret is good")
        .about(
            "200 for every verdict: `valid` and `code` tell it. Of secrets that are none of the caller's business it learns \
             only whether they are good. Networks that the operator listed may ask without a credential.",
        )
        .by(Who::CREDENTIALS)
        .scope(Scopes::VERIFY)
        .takes(
            question::schema(),
            json!({ "token": "lk_pat_…", "scopes": "documents:read AND (export OR admin)", "ip": "198.51.100.7" }),
        )
        .answers("The verdict.", verdict::schema(), json!({ "valid": false, "code": "NOT_FOUND" }))
}

fn many() -> Operation {
    let item = json!({ "token": "lk_sec_live_…", "scopes": "documents:read" });
    let mut questions = schema::list(question::schema(), QUESTIONS_AT_MOST, "The questions.");
    questions["minItems"] = 1.into();
    let verdicts = schema::list(verdict::schema(), QUESTIONS_AT_MOST, "The verdicts, in the order of the questions.");
    Operation::post("/verify/batch", verify_batch)
        .named("Verification", "verifyBatch", "Ask about several secrets at once")
        .about("It costs whoever asks one request, and each secret what its question says. One that is asked about twice counts twice.")
        .by(Who::CREDENTIALS)
        .scope(Scopes::VERIFY)
        .takes(schema::object(&[("items", questions)]), json!({ "items": [item] }))
        .answers("The verdicts.", verdicts, json!([{ "valid": false, "code": "NOT_FOUND" }]))
}

/// Who may ask: a credential with the scope `verify`, or anybody in a network that the operator listed.
pub struct Asker {
    granted: Option<Granted>,
    origin: Origin,
}

impl FromRequest for Asker {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let app = request.app_data::<Data<App>>().cloned().expect("every server has its App");
        let silent = matches!(presented(request.headers()), Ok(None));
        let origin = origin_of(request);
        if silent && app.verify_networks.iter().any(|network| network.contains(&origin.address)) {
            return Box::pin(async move { Ok(Self { granted: None, origin }) });
        }
        let caller = Caller::from_request(request, payload);
        Box::pin(async move {
            let Caller { granted, origin } = caller.await?;
            if granted.allows(Scopes::VERIFY) {
                Ok(Self { granted: Some(granted), origin })
            } else {
                Err(insufficient_scope("verify"))
            }
        })
    }
}

impl Asker {
    /// Asks. What is told of the address holds for this question alone.
    async fn ask(&mut self, app: &App, question: &Question) -> Result<Judged, ApiError> {
        let own = self.origin.address;
        self.origin.address = question.address.map_or(own, |address| address.to_canonical());
        let Question { token, demand, address } = question;
        let verified = credentials::verify(&app.ctx, self.granted.as_ref(), token, demand, &self.origin, *address).await;
        self.origin.address = own;
        match verified {
            Ok(granted) => Ok(Judged::Good(granted)),
            Err(Unverified::Refused { refusal, known }) => Ok(Judged::Refused(refusal, known)),
            Err(other) => Err(other.into()),
        }
    }
}

/// Answers one question.
///
/// # Errors
/// When the question cannot be read, or nobody can say.
pub async fn verify(request: HttpRequest, app: Data<App>, asked: Then<Asker, Fields>) -> Result<HttpResponse, ApiError> {
    let Then(mut asker, mut fields) = asked;
    let question = Question::read(&mut fields);
    fields.finish()?;
    let judged = asker.ask(&app, &question).await?;
    Ok(answer(&request, Verdict::of(&judged)))
}

/// Answers many.
///
/// # Errors
/// When one of the questions cannot be read, or nobody can say.
pub async fn verify_batch(request: HttpRequest, app: Data<App>, asked: Then<Asker, Fields>) -> Result<HttpResponse, ApiError> {
    let Then(mut asker, mut fields) = asked;
    let mut questions = Vec::new();
    for (index, mut item) in fields.objects("items", QUESTIONS_AT_MOST).into_iter().enumerate() {
        questions.push(Question::read(&mut item));
        fields.take_in(&format!("items[{index}]"), item);
    }
    fields.finish()?;
    let mut judged = Vec::with_capacity(questions.len());
    for question in &questions {
        judged.push(asker.ask(&app, question).await?);
    }
    Ok(answer(&request, judged.iter().map(Verdict::of).collect::<Vec<_>>()))
}
