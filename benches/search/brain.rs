//! An account whose items are written as indexing and embedding leave them.

use std::sync::Arc;

use brainly::app::App;
use brainly::db::{Tx, Value, sql};
use brainly::domain::{ContentId, UserId};
use brainly::store::chunks::{self, Digest, NewChunk};
use brainly::store::index::{meaning, words};
use brainly::store::users::{self, NewUser};
use brainly::store::{embeddings, spaces};
use brainly::text;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::tongue::{DIMENSIONS, Tongue};

/// Items in a transaction.
const BATCH: usize = 50;

pub(crate) struct Brain {
    pub(crate) id: UserId,
    /// How many pieces it has.
    pub(crate) count: usize,
    /// Every piece with its vector, when they are kept.
    pub(crate) pieces: Option<Vec<(i64, Vec<f32>)>>,
    tongue: Arc<Tongue>,
    chance: StdRng,
}

impl Brain {
    pub(crate) async fn new(app: &App, tongue: &Arc<Tongue>, name: &str, seed: u64, keep: bool) -> Self {
        let now = app.clock.now();
        let new =
            NewUser { username: Some(name), username_key: Some(name), auth_provider: "local", ..NewUser::default() };
        let mut tx = app.db.begin().await.unwrap();
        let made = users::create(&mut tx, UserId::new(now), &new, now).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        let (pieces, chance) = (keep.then(Vec::new), StdRng::seed_from_u64(seed));
        Self { id: made.id, count: 0, pieces, tongue: Arc::clone(tongue), chance }
    }

    /// The account of that name, if the database has one from an earlier run, with its pieces' vectors.
    pub(crate) async fn kept(app: &App, tongue: &Arc<Tongue>, name: &str) -> Option<Self> {
        let user: Option<(UserId,)> =
            sql("SELECT id FROM users WHERE username = $1").bind(name).fetch_optional(&app.db).await.unwrap();
        let (id,) = user?;
        // The model's server has another port in each run, and its space goes by it.
        let mut tx = app.db.begin().await.unwrap();
        sql("UPDATE embedding_spaces SET model = $1")
            .bind(app.models.current().unwrap().model())
            .execute(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut pieces = Vec::new();
        let items: Vec<(ContentId, String)> =
            sql("SELECT id, full_text FROM contents WHERE user_id = $1").bind(id).fetch_all(&app.db).await.unwrap();
        for (item, text) in items {
            for chunk in chunks::of_item(&app.db, item).await.unwrap() {
                let span = usize::try_from(chunk.text_start).unwrap()..usize::try_from(chunk.text_end).unwrap();
                pieces.push((chunk.id, tongue.vector(&text[span])));
            }
        }
        let chance = StdRng::seed_from_u64(0);
        Some(Self { id, count: pieces.len(), pieces: Some(pieces), tongue: Arc::clone(tongue), chance })
    }

    /// Saves items until there are so many pieces.
    pub(crate) async fn grow(&mut self, app: &App, until: usize, per_item: usize, words: usize) {
        while self.count < until {
            let missing = (until - self.count).div_ceil(per_item);
            let mut tx = app.db.begin().await.unwrap();
            let left = until - self.count;
            let sizes = (0..missing.min(BATCH)).map(|at| per_item.min(left - at * per_item)).collect();
            self.save(app, &mut tx, sizes, words).await;
            tx.commit().await.unwrap();
        }
    }

    async fn save(&mut self, app: &App, tx: &mut Tx<'_>, sizes: Vec<usize>, words: usize) {
        let now = app.clock.now();
        let items: Vec<(ContentId, Vec<String>)> = sizes
            .into_iter()
            .map(|pieces| {
                let topic = Tongue::topic(&mut self.chance);
                let texts = (0..pieces).map(|_| self.tongue.text(&mut self.chance, topic, words) + ".").collect();
                (ContentId::new(now), texts)
            })
            .collect();
        let rows = items.iter().map(|(id, texts)| -> [Value; 9] {
            let [title, link, kind, status] = ["Made up", "", "note", "enriched"].map(Value::from);
            let text = texts.join("\n").into();
            [(*id).into(), self.id.into(), title, link, kind, status, text, now.into(), now.into()]
        });
        sql("INSERT INTO contents (id, user_id, title, link, type, enrichment_status, full_text, created_at, updated_at) VALUES ")
            .push_rows(rows)
            .execute(&mut *tx)
            .await
            .unwrap();
        let documents: Vec<(ContentId, words::Document)> = items
            .iter()
            .map(|(id, texts)| {
                let counted = text::words::term_frequencies("Made up", &texts.join("\n"), None);
                let document = words::Document { terms: counted.terms, length: counted.length, language: None };
                (*id, document)
            })
            .collect();
        let documents: Vec<_> = documents.iter().map(|(item, document)| (*item, document)).collect();
        words::put_new(tx, self.id, &documents).await.unwrap();
        let space = spaces::open(tx, app.models.current().unwrap().model(), i32::try_from(DIMENSIONS).unwrap(), now)
            .await
            .unwrap();
        for (id, texts) in items {
            self.embed(tx, space.id, id, &texts, now).await;
        }
    }

    async fn embed(
        &mut self,
        tx: &mut Tx<'_>,
        space: i64,
        id: ContentId,
        texts: &[String],
        now: brainly::domain::Timestamp,
    ) {
        let mut at = 0;
        let pieces: Vec<NewChunk> = texts
            .iter()
            .map(|text| {
                let (start, end) = (at, at + i32::try_from(text.len()).unwrap());
                at = end + 1;
                NewChunk { start, end, start_seconds: None, hash: start.to_le_bytes().to_vec() }
            })
            .collect();
        let revision = vec![1];
        let digest = Digest { revision: revision.clone(), text_hash: None, bands: Vec::new() };
        chunks::put(tx, self.id, id, &pieces, &digest).await.unwrap();
        let ids: Vec<i64> = chunks::of_item(&mut *tx, id).await.unwrap().into_iter().map(|chunk| chunk.id).collect();
        let vectors: Vec<(i64, Vec<f32>)> =
            ids.into_iter().zip(texts.iter().map(|text| self.tongue.vector(text))).collect();
        meaning::put(tx, space, self.id, vectors.clone()).await.unwrap();
        embeddings::note(tx, space, id, "embedded", &revision, None, now).await.unwrap();
        self.count += texts.len();
        if let Some(pieces) = &mut self.pieces {
            pieces.extend(vectors);
        }
    }

    /// A question about something that the account may have.
    pub(crate) fn question(tongue: &Tongue, seed: u64) -> String {
        let mut chance = StdRng::seed_from_u64(1_000_000 + seed);
        let topic = Tongue::topic(&mut chance);
        tongue.text(&mut chance, topic, 6)
    }
}
