//! The form of a plan: what it gives, as somebody fills it in.

use crate::domain::workspaces::plans::{Entitlements, Feature, PlanRate, PlanTerms};
use crate::http::web::form::{Choice, Problems};
use crate::http::web::posted::Posted;

/// What stands in the form.
#[derive(Debug, Clone)]
pub struct PlanForm {
    /// *Name*; empty where it cannot be changed.
    pub name: String,
    /// *Requests a minute*.
    pub rate: String,
    /// *Storage*, in gigabytes.
    pub storage: String,
    /// *Included*: features of the product.
    pub features: Vec<Choice>,
}

impl PlanForm {
    /// Of a new plan: SDKs may be activated, and nothing else is included.
    pub fn empty() -> Self {
        let features = choices(|feature| feature == Feature::Sdk);
        Self { name: String::new(), rate: String::new(), storage: String::new(), features }
    }

    /// Of a plan that gives this.
    pub fn of(terms: &PlanTerms) -> Self {
        let PlanTerms { rate, entitlements } = terms;
        Self {
            name: String::new(),
            rate: rate.count().to_string(),
            storage: entitlements.storage_gb().to_string(),
            features: choices(|feature| entitlements.include(feature)),
        }
    }

    /// As it was sent.
    pub fn again(form: &Posted) -> Self {
        let text = |field| form.text(field).trim().to_owned();
        let ticked = form.all("features");
        let features = choices(|feature| ticked.contains(&feature.as_str()));
        Self { name: text("name"), rate: text("rate"), storage: text("storage"), features }
    }
}

/// What the plan is to give; nothing where something is wrong, which is added to the problems.
pub(super) fn read(form: &Posted, problems: &mut Problems) -> Option<PlanTerms> {
    let rate = form.text("rate").trim().parse().ok().and_then(PlanRate::per_minute);
    if rate.is_none() {
        problems.add("rate", "Enter a whole number from 1 to 1000000.");
    }
    let features = form.all("features").into_iter().map(Feature::parse).collect::<Option<Vec<_>>>();
    let storage = match form.text("storage").trim() {
        "" => Some(0),
        number => number.parse().ok(),
    };
    if features.is_none() {
        problems.add("features", "One of these is not known. Tick what is included again.");
    }
    let entitlements = storage.and_then(|storage| Entitlements::new(storage, features.clone().unwrap_or_default()));
    if entitlements.is_none() {
        problems.add("storage", "Enter a whole number of gigabytes from 0 to 1000000, or nothing.");
    }
    features.and(Some(PlanTerms { rate: rate?, entitlements: entitlements? }))
}

/// What a plan includes, in words: "10 GB, SDK activation, SSE".
pub(super) fn summary(entitlements: &Entitlements) -> String {
    let storage = (entitlements.storage_gb() > 0).then(|| format!("{} GB", entitlements.storage_gb()));
    let words = storage.into_iter().chain(entitlements.features().map(|feature| label(feature).to_owned()));
    words.collect::<Vec<_>>().join(", ")
}

fn choices(chosen: impl Fn(Feature) -> bool) -> Vec<Choice> {
    let choice = |feature: &Feature| Choice {
        value: feature.as_str().to_owned(),
        label: label(*feature).to_owned(),
        hint: sentence(*feature).to_owned(),
        chosen: chosen(*feature),
    };
    Feature::ALL.iter().map(choice).collect()
}

fn label(feature: Feature) -> &'static str {
    match feature {
        Feature::Sdk => "SDK activation",
        Feature::Enclaves => "Enclaves",
        Feature::AiTraining => "AI training",
        Feature::AiInference => "AI inference",
        Feature::Sse => "SSE",
        Feature::Vault => "Vault",
    }
}

fn sentence(feature: Feature) -> &'static str {
    match feature {
        Feature::Sdk => "SDKs may be activated with what belongs to the workspace.",
        Feature::Enclaves => "Told to SDKs as enclavesEnabled.",
        Feature::AiTraining => "Told to SDKs as aiTrainingEnabled.",
        Feature::AiInference => "Told to SDKs as aiInferenceEnabled.",
        Feature::Sse => "Told to SDKs as sseEnabled.",
        Feature::Vault => "Told to SDKs as vaultEnabled.",
    }
}
