//! arXiv: a paper's abstract, and the paper.

use brainly::db::Db;
use serde_json::json;

use super::{PARAGRAPHS, assert_enriched, assert_told, read};
use crate::harness::{TestApp, on_both_engines};

const LINK: &str = "https://arxiv.org/pdf/2301.00001v2";
const API: &str = "/arxiv/api/query?id_list=2301.00001v2&max_results=1";
const ATOM: (&str, &str) = ("content-type", "application/atom+xml; charset=UTF-8");
const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");

async fn app(db: Db) -> TestApp {
    TestApp::with(db, &[("ARXIV_BASE_URL", "{site}/arxiv")]).await
}

fn feed(entries: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <link href=\"https://arxiv.org/api/query?id_list=2301.00001v2\" rel=\"self\" type=\"application/atom+xml\"/>\n\
         <title type=\"html\">ArXiv Query</title><id>https://arxiv.org/api/x</id><updated>2026-03-02T00:00:00-05:00</updated>\n\
         <opensearch:totalResults xmlns:opensearch=\"http://a9.com/-/spec/opensearch/1.1/\">1</opensearch:totalResults>\n\
         {entries}</feed>"
    )
}

fn paper() -> String {
    feed(
        "<entry><id>https://arxiv.org/abs/2301.00001v2</id><updated>2023-02-01T10:00:00Z</updated>\
         <published>2023-01-01T18:59:59Z</published>\n<title>On the Firing of\n  Kilns &amp; Glazes</title>\n\
         <summary>  Kilns are hot, and nobody has asked why.\nWe measure twelve of them.\n  A second paragraph follows.\n</summary>\n\
         <author><name>Ada Lovelace</name><arxiv:affiliation xmlns:arxiv=\"http://arxiv.org/schemas/atom\">Kiln Lab</arxiv:affiliation></author>\n\
         <arxiv:doi xmlns:arxiv=\"http://arxiv.org/schemas/atom\">10.1000/kiln</arxiv:doi>\
         <author><name>Charles Babbage</name></author>\n\
         <arxiv:comment xmlns:arxiv=\"http://arxiv.org/schemas/atom\">12 pages, 3 kilns</arxiv:comment>\
         <arxiv:journal_ref xmlns:arxiv=\"http://arxiv.org/schemas/atom\">J. Kilns 4 (2023) 1-12</arxiv:journal_ref>\
         <arxiv:primary_category xmlns:arxiv=\"http://arxiv.org/schemas/atom\" term=\"cond-mat.mtrl-sci\"/>\
         <category term=\"cond-mat.mtrl-sci\" scheme=\"http://arxiv.org/schemas/atom\"/><category term=\"cs.LG\"/></entry>",
    )
}

on_both_engines! {
    async fn a_paper_is_read_with_its_abstract_and_its_text(db: Db) {
        let app = app(db).await;
        app.site.page(API, 200, &[ATOM], paper());
        app.site.article("/arxiv/html/2301.00001v2", "On the Firing of Kilns", &PARAGRAPHS.repeat(20));

        let item = read(&app, LINK).await;

        assert_enriched(&item, "arxiv");
        assert_eq!((&item["type"], &item["contentId"]), (&json!("arxiv"), &json!("2301.00001")));
        assert_eq!(item["title"], "On the Firing of Kilns & Glazes");
        let told = &item["metadata"];
        assert_eq!((&told["author"], &told["publishedDate"]), (&json!("Ada Lovelace, Charles Babbage"), &json!("2023-01-01T18:59:59.000Z")));
        assert!(told["description"].as_str().unwrap().starts_with("Kilns are hot, and nobody has asked why. We measure"));
        assert_eq!(told["tags"], json!(["cond-mat.mtrl-sci", "cs.LG"]));
        assert!(item["fullText"].as_str().unwrap().contains("fired slowly"));
        let data = &item["providerData"];
        assert_eq!((&data["doi"], &data["journalRef"], &data["version"]), (&json!("10.1000/kiln"), &json!("J. Kilns 4 (2023) 1-12"), &json!(2)));
        assert_eq!((&data["comment"], &data["primaryCategory"]), (&json!("12 pages, 3 kilns"), &json!("cond-mat.mtrl-sci")));
    }

    async fn an_old_paper_is_found_by_its_archive_and_number(db: Db) {
        let app = app(db).await;
        app.site.page("/arxiv/api/query?id_list=math.GT%2F0309136&max_results=1", 200, &[ATOM], paper());
        app.site.article("/arxiv/html/math.GT/0309136", "Knots", &PARAGRAPHS.repeat(20));

        assert_enriched(&read(&app, "https://arxiv.org/abs/math.GT/0309136").await, "arxiv");
    }

    async fn a_paper_whose_text_cannot_be_read_keeps_its_abstract_and_says_so(db: Db) {
        let app = app(db).await;
        app.site.page(API, 200, &[ATOM], paper());
        app.site.page("/arxiv/pdf/2301.00001v2", 403, &[], "");

        let item = read(&app, LINK).await;

        assert_told(&item, "enriched", "only its abstract");
        assert_eq!(item["attempts"][0]["outcome"], "partial");
        assert_eq!(item["fullText"], "Kilns are hot, and nobody has asked why. We measure twelve of them.\nA second paragraph follows.");
        assert_eq!((app.site.asked("/arxiv/html/2301.00001v2"), app.site.asked("/arxiv/pdf/2301.00001v2")), (0, 1));
    }

    async fn a_paper_that_arxiv_does_not_know_is_told_as_gone(db: Db) {
        let app = app(db).await;
        let error = "<entry><id>https://arxiv.org/api/errors#incorrect_id</id><title>Error</title><summary>incorrect id format</summary></entry>";
        for (status, answer) in [(200, feed("")), (200, feed(error)), (400, feed(error))] {
            app.site.page(API, status, &[ATOM], answer);
            assert_told(&read(&app, LINK).await, "failed", "This paper is gone");
        }
        assert_eq!(app.site.asked("/arxiv/abs/2301.00001v2"), 0);
    }

    async fn when_arxiv_has_had_enough_it_is_left_alone_and_asked_later(db: Db) {
        let app = app(db).await;
        for (status, answer) in [(200, "Rate exceeded."), (429, "")] {
            app.site.page(API, status, &[("content-type", "text/plain")], answer);
            assert_told(&read(&app, LINK).await, "pending", "no more questions for now");
        }
    }

    async fn without_the_api_the_papers_own_page_tells_of_it(db: Db) {
        let app = app(db).await;
        let page = "<html><head><meta name=\"citation_title\" content=\"On the Firing of Kilns\"/><meta name=\"citation_author\" \
            content=\"Lovelace, Ada\"/><meta name=\"citation_author\" content=\"Babbage, Charles\"/><meta name=\"citation_date\" \
            content=\"2023/01/01\"/><meta name=\"citation_abstract\" content=\"Kilns are hot.\"/></head><body></body></html>";
        app.site.page("/arxiv/abs/2301.00001v2", 200, &[HTML], page);
        app.site.article("/arxiv/html/2301.00001v2", "On the Firing of Kilns", &PARAGRAPHS.repeat(20));
        for (status, answer) in [(503, ""), (200, "<html>maintenance"), (200, "{}")] {
            app.site.page(API, status, &[HTML], answer);
            let item = read(&app, LINK).await;
            assert_enriched(&item, "arxiv");
            assert_eq!((&item["title"], &item["metadata"]["author"]), (&json!("On the Firing of Kilns"), &json!("Ada Lovelace, Charles Babbage")));
            assert_eq!(item["metadata"]["publishedDate"], "2023-01-01T00:00:00.000Z");
        }
    }

    async fn an_answer_in_a_form_that_nobody_knows_is_tried_again_and_told(db: Db) {
        let app = app(db).await;
        app.site.page(API, 200, &[ATOM], "<rss>");
        app.site.page("/arxiv/abs/2301.00001v2", 200, &[HTML], "<html><title>Moved</title>");

        assert_told(&read(&app, LINK).await, "pending", "does not understand");

        app.site.page("/arxiv/abs/2301.00001v2", 404, &[], "");
        assert_told(&read(&app, LINK).await, "failed", "gone");
    }
}
