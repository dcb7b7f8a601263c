//! Files in a bucket of S3, or of a service that speaks as S3 does.
//!
//! Credentials, region and endpoint are found as the AWS tools find them. A file larger than one part goes up in parts (`parts`),
//! which become a file when the last has arrived; what was begun and not ended never is a file.

mod parts;

use std::error::Error as StdError;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::{Region, RequestChecksumCalculation, ResponseChecksumValidation};
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ServerSideEncryption as Sse;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::{Body, Entry, Error, Result, Stored, Sum, checked};
use crate::config::{self, ServerSideEncryption};

/// Bytes of a part: 10,000 of them are the most that a file may have.
const PART: usize = 16 * 1024 * 1024;
/// How often a request is tried where `AWS_MAX_ATTEMPTS` says nothing: a minute without a network is bridged.
const ATTEMPTS: u32 = 8;
/// How often the AWS tools try where nobody says otherwise.
const ATTEMPTS_OF_TOOLS: u32 = 3;
const CONNECT: Duration = Duration::from_secs(10);
/// How long one part may take.
const ATTEMPT: Duration = Duration::from_mins(10);

/// A bucket.
#[derive(Debug, Clone)]
pub struct Bucket {
    client: Client,
    name: String,
    prefix: String,
    encryption: Option<Sse>,
}

impl Bucket {
    /// The bucket that `config` names; nothing is asked of it yet.
    pub async fn connect(config: &config::Bucket) -> Self {
        let http =
            aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
        let found = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http)
            .timeout_config(
                TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(ATTEMPT).build(),
            )
            .load()
            .await;
        // Services elsewhere have none, and sign with this one.
        let region = found.region().cloned().unwrap_or_else(|| Region::new("us-east-1"));
        let attempts = found.retry_config().map(RetryConfig::max_attempts).filter(|said| *said != ATTEMPTS_OF_TOOLS);
        let settings = aws_sdk_s3::config::Builder::from(&found)
            .region(region)
            .retry_config(RetryConfig::standard().with_max_attempts(attempts.unwrap_or(ATTEMPTS)))
            // What every service of the protocol knows.
            .force_path_style(true)
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .build();
        let encryption = config.encryption.map(|encryption| match encryption {
            ServerSideEncryption::Aes256 => Sse::Aes256,
            ServerSideEncryption::Kms => Sse::AwsKms,
        });
        let client = Client::from_conf(settings);
        Self { client, name: config.name.clone(), prefix: config.prefix.clone(), encryption }
    }

    /// Its address, for people.
    pub(super) fn place(&self) -> String {
        format!("s3://{}/{}", self.name, self.prefix)
    }

    fn key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    pub(super) async fn put(&self, key: &str, mut body: impl AsyncRead + Send + Unpin) -> Result<Stored> {
        let mut sum = Sum::default();
        let first = self.part(key, &mut body, &mut sum).await?;
        if first.len() < PART {
            let put = self.client.put_object().bucket(&self.name).key(self.key(key));
            let put = put.set_server_side_encryption(self.encryption.clone()).body(ByteStream::from(first));
            put.send().await.map_err(|error| self.failed(key, error))?;
            return Ok(sum.stored());
        }
        self.put_in_parts(key, first, &mut body, &mut sum).await?;
        Ok(sum.stored())
    }

    /// The next part; a short one is the last.
    async fn part(&self, key: &str, body: &mut (impl AsyncRead + Send + Unpin), sum: &mut Sum) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        body.take(PART as u64).read_to_end(&mut bytes).await.map_err(|cause| Error::broken(key, cause))?;
        sum.add(&bytes);
        Ok(bytes)
    }

    pub(super) async fn open(&self, key: &str) -> Result<Body> {
        let got = self.client.get_object().bucket(&self.name).key(self.key(key)).send().await;
        Ok(Box::pin(got.map_err(|error| self.failed(key, error))?.body.into_async_read()))
    }

    pub(super) async fn list(&self) -> Result<Vec<Entry>> {
        let mut pages = self.client.list_objects_v2().bucket(&self.name).prefix(&self.prefix).into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| self.failed("", error))?;
            found.extend(page.contents().iter().filter_map(|object| {
                let key = checked(object.key()?.strip_prefix(&self.prefix)?).ok()?;
                Some(Entry { key: key.to_owned(), bytes: object.size().unwrap_or(0).unsigned_abs() })
            }));
        }
        found.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(found)
    }

    pub(super) async fn delete(&self, key: &str) -> Result<()> {
        let deleted = self.client.delete_object().bucket(&self.name).key(self.key(key)).send().await;
        deleted.map(drop).map_err(|error| self.failed(key, error))
    }

    #[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
    fn failed<E, R>(&self, key: &str, error: SdkError<E, R>) -> Error
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        let place = self.place();
        if matches!(error, SdkError::ConstructionFailure(_) | SdkError::DispatchFailure(_))
            && DisplayErrorContext(&error).to_string().contains("credentials")
        {
            return Error::Denied(format!("{place} (no credentials were found)"));
        }
        if matches!(error, SdkError::DispatchFailure(_) | SdkError::TimeoutError(_)) {
            return Error::Unreachable(place, DisplayErrorContext(&error).to_string());
        }
        let said = |error: &SdkError<E, R>| error.message().map(str::to_owned).unwrap_or_default();
        match error.code() {
            Some("NoSuchKey") => Error::Missing(self.key(key)),
            Some("NoSuchBucket") => Error::NoSuchBucket(self.name.clone()),
            Some(
                code @ ("AccessDenied"
                | "InvalidAccessKeyId"
                | "SignatureDoesNotMatch"
                | "InvalidToken"
                | "ExpiredToken"
                | "AllAccessDisabled"),
            ) => Error::Denied(format!("{place} ({code})")),
            Some(code) => Error::Refused(place, format!("{code} {}", said(&error))),
            None => Error::Refused(place, DisplayErrorContext(&error).to_string()),
        }
    }
}
