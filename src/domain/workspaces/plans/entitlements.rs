//! What a plan includes of the product, beside requests. Latchkey tells SDKs of it; the product holds to it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// Something of the product that a plan includes or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// SDKs may be activated with what belongs to the workspace.
    Sdk,
    /// Enclaves.
    Enclaves,
    /// Training of models.
    AiTraining,
    /// Use of models.
    AiInference,
    /// SSE.
    Sse,
    /// The vault.
    Vault,
}

impl Feature {
    /// All, in the order in which they are offered.
    pub const ALL: &[Self] = &[Self::Sdk, Self::Enclaves, Self::AiTraining, Self::AiInference, Self::Sse, Self::Vault];

    /// The word in the database and in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sdk => "sdk",
            Self::Enclaves => "enclaves",
            Self::AiTraining => "ai-training",
            Self::AiInference => "ai-inference",
            Self::Sse => "sse",
            Self::Vault => "vault",
        }
    }

    /// Reads that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.as_str() == word)
    }
}

/// What a plan includes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entitlements {
    storage_gb: u32,
    features: BTreeSet<Feature>,
}

impl Entitlements {
    /// The most storage, in gigabytes.
    pub const MOST_STORAGE: u32 = 1_000_000;

    /// So much storage, and these features; nothing if that is more storage than a plan can have.
    pub fn new(storage_gb: u32, features: impl IntoIterator<Item = Feature>) -> Option<Self> {
        (storage_gb <= Self::MOST_STORAGE).then(|| Self { storage_gb, features: features.into_iter().collect() })
    }

    /// The storage, in gigabytes.
    pub fn storage_gb(&self) -> u32 {
        self.storage_gb
    }

    /// Whether this is included.
    pub fn include(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }

    /// The features, in the order in which they are offered.
    pub fn features(&self) -> impl Iterator<Item = Feature> {
        self.features.iter().copied()
    }

    /// As it is kept, and told in the log.
    pub(in crate::domain) fn to_json(&self) -> Value {
        json!({ "storageGB": self.storage_gb, "features": self.features().map(Feature::as_str).collect::<Vec<_>>() })
    }

    /// Reads what is kept. What is left out is not included; what is not understood makes the whole worthless.
    pub(super) fn from_db(text: &str) -> Option<Self> {
        let kept: Value = serde_json::from_str(text).ok()?;
        let members = kept.as_object()?;
        let storage = members.get("storageGB").map_or(Some(0), |number| u32::try_from(number.as_u64()?).ok())?;
        let words = members.get("features").map_or(Some(&[][..]), |list| list.as_array().map(Vec::as_slice))?;
        let features = words.iter().map(|word| word.as_str().and_then(Feature::parse)).collect::<Option<Vec<_>>>()?;
        Self::new(storage, features)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_back_and_what_is_left_out_is_not_included() {
        let some = Entitlements::new(10, [Feature::Vault, Feature::Sdk]).expect("within bounds");
        assert_eq!(some.to_json().to_string(), r#"{"features":["sdk","vault"],"storageGB":10}"#);
        assert_eq!(Entitlements::from_db(&some.to_json().to_string()), Some(some));
        assert_eq!(Entitlements::from_db("{}"), Some(Entitlements::default()));
        assert!(Feature::ALL.iter().all(|feature| !Entitlements::default().include(*feature)));
        for wrong in
            ["", "[]", r#"{"storageGB":-1}"#, r#"{"storageGB":1000001}"#, r#"{"features":["gold"]}"#, r#"{"features":"sdk"}"#]
        {
            assert_eq!(Entitlements::from_db(wrong), None, "{wrong}");
        }
    }
}
