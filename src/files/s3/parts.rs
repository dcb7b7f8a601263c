//! A large file in parts: tried again one by one, and gone on with where an earlier try broke off.
//!
//! A try that fails leaves its parts in the bucket. The next one for the same key asks which there are, and sends only those that
//! are not what it has: a part is known by the MD5 that the service names it by. Where a service names parts otherwise, or does
//! not tell of them, all are sent.

use std::collections::BTreeMap;

use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use md5::{Digest as _, Md5};
use tokio::io::AsyncRead;

use super::super::{Result, Sum};
use super::{Bucket, PART};
use crate::domain::Timestamp;

/// An upload that was begun: its name, and the parts that have arrived, by number.
struct Begun {
    upload: String,
    parts: BTreeMap<i32, String>,
}

impl Bucket {
    /// Sends `first` and the rest of `body`. Nothing is under the key until all of it is.
    pub(super) async fn put_in_parts(
        &self,
        key: &str,
        first: Vec<u8>,
        body: &mut (impl AsyncRead + Send + Unpin),
        sum: &mut Sum,
    ) -> Result<()> {
        let begun = match self.begun(key).await {
            Some(begun) => begun,
            None => Begun { upload: self.begin(key).await?, parts: BTreeMap::new() },
        };
        let (mut next, mut done) = (first, Vec::new());
        for number in 1.. {
            let last = next.len() < PART;
            if !next.is_empty() {
                let tag = match begun.parts.get(&number).filter(|tag| is_of(tag, &next)) {
                    Some(tag) => Some(tag.clone()),
                    None => self.send(key, &begun.upload, number, next).await?,
                };
                done.push(CompletedPart::builder().part_number(number).set_e_tag(tag).build());
            }
            if last {
                break;
            }
            next = self.part(key, body, sum).await?;
        }
        let parts = CompletedMultipartUpload::builder().set_parts(Some(done)).build();
        let complete = self.client.complete_multipart_upload().bucket(&self.name).key(self.key(key));
        let completed = complete.upload_id(begun.upload).multipart_upload(parts).send().await;
        completed.map(drop).map_err(|error| self.failed(key, error))
    }

    async fn begin(&self, key: &str) -> Result<String> {
        let multipart = self.client.create_multipart_upload().bucket(&self.name).key(self.key(key));
        let begun = multipart.set_server_side_encryption(self.encryption.clone()).send().await;
        Ok(begun.map_err(|error| self.failed(key, error))?.upload_id.unwrap_or_default())
    }

    async fn send(&self, key: &str, upload: &str, number: i32, bytes: Vec<u8>) -> Result<Option<String>> {
        let part = self.client.upload_part().bucket(&self.name).key(self.key(key)).upload_id(upload);
        let sent = part.part_number(number).body(ByteStream::from(bytes)).send().await;
        Ok(sent.map_err(|error| self.failed(key, error))?.e_tag)
    }

    /// The upload of that key which was begun last. Whoever may not ask begins anew.
    async fn begun(&self, key: &str) -> Option<Begun> {
        let key = self.key(key);
        let asked = self.client.list_multipart_uploads().bucket(&self.name).prefix(&key).send().await.ok()?;
        let uploads = asked.uploads.unwrap_or_default().into_iter().filter(|upload| upload.key() == Some(&key));
        let upload = uploads.max_by_key(|upload| upload.initiated().map(DateTime::secs))?.upload_id?;
        let (mut parts, mut after) = (BTreeMap::new(), None);
        loop {
            let list = self.client.list_parts().bucket(&self.name).key(&key).upload_id(&upload);
            let page = list.set_part_number_marker(after).send().await.ok()?;
            after = page.next_part_number_marker.filter(|_| page.is_truncated == Some(true));
            parts.extend(page.parts.into_iter().flatten().filter_map(|part| Some((part.part_number?, part.e_tag?))));
            if after.is_none() {
                break;
            }
        }
        Some(Begun { upload, parts })
    }

    /// Takes away the parts of uploads that were begun before `then`; how many such uploads there were.
    pub(in crate::files) async fn sweep(&self, then: Timestamp) -> Result<usize> {
        let asked = self.client.list_multipart_uploads().bucket(&self.name).prefix(&self.prefix).send().await;
        // A key that may only write backups is not asked to do more.
        let Ok(asked) = asked else { return Ok(0) };
        let mut swept = 0;
        for upload in asked.uploads.unwrap_or_default() {
            let is_old = upload.initiated().is_some_and(|at| at.secs() < then.timestamp());
            let (Some(key), Some(id), true) = (upload.key, upload.upload_id, is_old) else { continue };
            let abort = self.client.abort_multipart_upload().bucket(&self.name).key(&key).upload_id(id);
            abort.send().await.map_err(|error| self.failed(&key, error))?;
            swept += 1;
        }
        Ok(swept)
    }
}

/// Is `tag` the name of a part with these bytes?
fn is_of(tag: &str, bytes: &[u8]) -> bool {
    tag.trim_matches('"').eq_ignore_ascii_case(&hex::encode(Md5::digest(bytes)))
}
