//! Whether texts are found by their meaning: does the model answer, and has it read what there is?

use super::{Check, Scope};
use crate::config::{Config, EmbeddingProvider};
use crate::db::{Db, Result};
use crate::domain::Clock;
use crate::domain::fault::chain;
use crate::embed::{Embedder, Models};
use crate::store::embeddings;
use crate::store::spaces::{self, Space};

const MODEL: &str = "embedding_model";
const SPACE: &str = "embedding_space";
const STATUS: &str = "brainly embed status shows how far it has come";

pub(super) async fn checks(db: &Db, config: &Config, clock: &Clock, scope: &Scope) -> Vec<Check> {
    if config.embedding.provider == EmbeddingProvider::None {
        return vec![Check::ok(SPACE, "search by meaning is off")];
    }
    let known = match spaces::list(db).await {
        Ok(known) => known,
        Err(error) => return vec![Check::fail(SPACE, chain(&error), "see the check of the schema")],
    };
    let models = Models::new(&config.embedding, &config.fetch, clock);
    let Some(model) = models.as_ref().ok().and_then(Models::current) else {
        let why = models.map_or_else(|error| chain(&error), |_| "there is none".to_owned());
        return vec![Check::fail(MODEL, why, "see EMBEDDING_PROVIDER and EMBEDDING_MODEL in docs/configuration.md")];
    };
    let space = space(db, &known, model).await;
    let space = space.unwrap_or_else(|error| Check::fail(SPACE, chain(&error), "see the check of the schema"));
    vec![answers(config, &known, model, scope).await, space]
}

/// Has the model read a word; a server is left alone where the network is to be.
async fn answers(config: &Config, known: &[Space], model: &Embedder, scope: &Scope) -> Check {
    if config.embedding.provider == EmbeddingProvider::OpenAi && scope.outside.is_none() {
        return Check::ok(MODEL, format!("{} was not asked", model.model()));
    }
    let got = match model.passages(vec!["kiln".to_owned()]).await {
        Ok(vectors) => vectors.first().map_or(0, Vec::len),
        Err(error) => {
            let why = format!("{}: {}", model.model(), error.for_people());
            let mend = "until it answers, search goes by words; see EMBEDDING_PROVIDER in docs/configuration.md";
            return Check::wrong_in_production(config, MODEL, why, mend);
        }
    };
    let other = known.iter().find(|space| space.model == model.model() && usize::try_from(space.dimensions) != Ok(got));
    match other {
        Some(space) => {
            let why = format!("{} gives {got} numbers, and gave {} before", space.model, space.dimensions);
            Check::warn(MODEL, why, "brainly embed missing has everything embedded anew")
        }
        None => Check::ok(MODEL, format!("{} answers, with {got} dimensions", model.model())),
    }
}

/// Which model answers questions, and what the configured one has not read.
async fn space(db: &Db, known: &[Space], model: &Embedder) -> Result<Check> {
    let own = known.iter().find(|space| space.model == model.model());
    let troubles = match own {
        Some(space) => embeddings::troubles(db, space.id, 1).await?,
        None => Vec::new(),
    };
    let serving = known.iter().find(|space| space.is_serving());
    Ok(match (troubles.first(), serving) {
        (Some((why, items)), _) => {
            Check::warn(SPACE, format!("{items} item(s) are found by their words alone: {why}"), STATUS)
        }
        (None, Some(space)) if own.is_none_or(Space::is_serving) && space.model == model.model() => {
            Check::ok(SPACE, format!("{} with {} dimensions serves", space.model, space.dimensions))
        }
        (None, Some(space)) => {
            Check::warn(SPACE, format!("{} serves until {} has read everything", space.model, model.model()), STATUS)
        }
        (None, None) if known.is_empty() => Check::ok(SPACE, "nothing to search by meaning yet"),
        (None, None) => Check::warn(SPACE, "no model is ready: search goes by words", STATUS),
    })
}
