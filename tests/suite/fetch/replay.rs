//! Saved pages instead of the network.

use std::collections::HashMap;

use wxarchive::fetch::{Fetch, FetchError, Replay, Request};
use wxarchive::model::ArticleUrl;

use super::{ARTICLE, PICTURE};

#[tokio::test]
async fn a_saved_page_answers_for_its_article_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("page.html");
    std::fs::write(&path, "<p>文章</p>").expect("a file");
    let key = ArticleUrl::parse(ARTICLE).expect("an article").key().clone();
    let replay = Replay::new(HashMap::from([(key, path)]));

    let page = replay.get(&Request::article(format!("{ARTICLE}?scene=1#rd"))).await.expect("the page");
    assert_eq!((page.status, page.bytes.as_slice()), (200, "<p>文章</p>".as_bytes()));
    let unknown = "https://mp.weixin.qq.com/s/ZZZZZZGhIjKlMnOpQrStUv";
    for request in [Request::article(unknown), Request::picture(PICTURE), Request::picture(ARTICLE)] {
        let answer = replay.get(&request).await;
        assert_eq!(answer, Err(FetchError::NotInFolder { url: request.url }));
    }
    assert_eq!(replay.requests(), 0);
}

#[tokio::test]
async fn a_file_that_is_gone_or_too_large_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = ArticleUrl::parse(ARTICLE).expect("an article").key().clone();
    let path = folder.path().join("page.html");
    let replay = Replay::new(HashMap::from([(key, path.clone())]));
    let error = replay.get(&Request::article(ARTICLE)).await.expect_err("no file");
    assert!(matches!(error, FetchError::Unreadable { .. }) && error.to_string().contains("page.html"), "{error}");
    std::fs::File::create(&path).and_then(|file| file.set_len(17 << 20)).expect("a large file");
    let error = replay.get(&Request::article(ARTICLE)).await.expect_err("a large file").to_string();
    assert!(error.contains("16 MiB"), "{error}");
}
