//! The Temporal server: connecting to it, and setting it up.

use std::time::Duration;

use temporalio_client::tonic::{Code, IntoRequest as _, Status};
use temporalio_client::{
    Client, ClientOptions, ClientTlsOptions, Connection, ConnectionOptions, TlsOptions,
};
use temporalio_common::protos::temporal::api::enums::v1::{IndexedValueType, TaskQueueType};
use temporalio_common::protos::temporal::api::operatorservice::v1::{
    AddSearchAttributesRequest, ListSearchAttributesRequest,
};
use temporalio_common::protos::temporal::api::taskqueue::v1::TaskQueue;
use temporalio_common::protos::temporal::api::workflowservice::v1::{
    DescribeNamespaceRequest, DescribeTaskQueueRequest, RegisterNamespaceRequest,
};
use url::Url;

use crate::Error;
use crate::Keys;
use crate::attributes::{ATTEMPTS, JOB, OWNER, STAGE, STATUS};

/// Timeout for connecting.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// How to connect to Temporal.
#[derive(Clone)]
pub struct ServerOptions {
    /// `HOST:PORT`.
    pub host_port: String,
    /// The namespace.
    pub namespace: String,
    /// The task queue of the workers.
    pub task_queue: String,
    /// An API key of Temporal Cloud.
    pub api_key: Option<String>,
    /// TLS, if the server requires it.
    pub tls: Option<Tls>,
    /// Keys that encrypt histories; if none, payloads are sent as they are.
    pub keys: Option<Keys>,
}

/// TLS to the server.
#[derive(Clone, Default)]
pub struct Tls {
    /// The CA certificate of the server, in PEM; if none, the system's are used.
    pub server_ca: Option<Vec<u8>>,
    /// The client's certificate and key, in PEM.
    pub client: Option<(Vec<u8>, Vec<u8>)>,
    /// The name in the server's certificate, if it is not the host's.
    pub server_name: Option<String>,
}

/// A connection to a server.
#[derive(Clone)]
pub struct ServerConnection {
    pub(crate) client: Client,
    pub(crate) task_queue: String,
    /// Whether the search attributes are registered.
    pub(crate) attributes: bool,
    host_port: String,
    namespace: String,
}

impl ServerConnection {
    /// Connects, and checks that the namespace exists. Registers missing search attributes if the account may
    /// do so; otherwise jobs run without them.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn connect(server_options: &ServerOptions) -> Result<Self, Error> {
        let mut server = Self::open(server_options).await?;
        server.check_namespace().await?;
        server.attributes = match server.missing_attributes().await {
            Ok(missing) if missing.is_empty() => true,
            Ok(missing) => server.register(missing).await.is_ok(),
            Err(_) => false,
        };
        if !server.attributes {
            tracing::warn!("search attributes are not registered: run `ampledata temporal setup`");
        }
        Ok(server)
    }

    /// Creates the namespace with this retention if it is missing, and registers the search attributes.
    /// Returns a line for each change.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn set_up(
        server_options: &ServerOptions,
        retention: Duration,
    ) -> Result<Vec<String>, Error> {
        let server = Self::open(server_options).await?;
        let mut done = Vec::new();
        match server.check_namespace().await {
            Ok(()) => {}
            Err(Error::NoNamespace { namespace, .. }) => {
                server.make_namespace(&namespace, retention).await?;
                done.push(format!("created the namespace `{namespace}`"));
            }
            Err(error) => return Err(error),
        }
        let missing = server.missing_attributes().await?;
        let names: Vec<String> = missing.iter().map(|(name, _)| name.clone()).collect();
        if !names.is_empty() {
            server.register(missing).await?;
            done.push(format!("registered the search attributes {}", names.join(", ")));
        }
        Ok(done)
    }

    /// The search attributes that are not registered.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn unregistered(&self) -> Result<Vec<String>, Error> {
        Ok(self.missing_attributes().await?.into_iter().map(|(name, _)| name).collect())
    }

    /// Those of these task queues from which no worker has polled activities in the last minutes.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn without_worker(
        &self,
        queues: impl IntoIterator<Item = String>,
    ) -> Result<Vec<String>, Error> {
        let mut without = Vec::new();
        for name in queues {
            let ask = DescribeTaskQueueRequest {
                namespace: self.namespace.clone(),
                task_queue: Some(TaskQueue { name: name.clone(), ..TaskQueue::default() }),
                task_queue_type: TaskQueueType::Activity.into(),
                ..DescribeTaskQueueRequest::default()
            };
            let mut service = self.client.connection().workflow_service();
            let described = service.describe_task_queue(ask.into_request()).await;
            let described =
                described.map_err(|status| self.refused("describe a task queue", &status))?;
            if described.into_inner().pollers.is_empty() {
                without.push(name);
            }
        }
        Ok(without)
    }

    async fn open(server_options: &ServerOptions) -> Result<Self, Error> {
        let scheme = if server_options.tls.is_some() { "https" } else { "http" };
        let target = Url::parse(&format!("{scheme}://{}", server_options.host_port));
        let target = target.map_err(|error| Error::Address {
            host_port: server_options.host_port.clone(),
            reason: error.to_string(),
        })?;
        let tls = server_options.tls.as_ref().map(tls_options);
        let options = ConnectionOptions::new(target)
            .identity(identity())
            .connect_timeout(ANSWER_TIMEOUT)
            .maybe_api_key(server_options.api_key.clone())
            .maybe_tls_options(tls)
            .build();
        let unreachable = |reason: String| Error::Unreachable {
            host_port: server_options.host_port.clone(),
            reason: shortened(&reason),
        };
        let connecting =
            tokio::time::timeout(ANSWER_TIMEOUT * 2, Connection::connect(options)).await;
        let connection = match connecting {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => return Err(unreachable(root(&error))),
            Err(_) => return Err(unreachable("no answer".to_owned())),
        };
        let options = ClientOptions::new(&*server_options.namespace)
            .maybe_data_converter(server_options.keys.as_ref().map(Keys::converter))
            .build();
        let client = Client::new(connection, options);
        let client = client.map_err(|error| unreachable(error.to_string()))?;
        Ok(Self {
            client,
            task_queue: server_options.task_queue.clone(),
            attributes: false,
            host_port: server_options.host_port.clone(),
            namespace: server_options.namespace.clone(),
        })
    }

    async fn check_namespace(&self) -> Result<(), Error> {
        let ask = DescribeNamespaceRequest {
            namespace: self.namespace.clone(),
            ..DescribeNamespaceRequest::default()
        };
        let mut service = self.client.connection().workflow_service();
        match service.describe_namespace(ask.into_request()).await {
            Ok(_) => Ok(()),
            Err(status) if status.code() == Code::NotFound => Err(Error::NoNamespace {
                host_port: self.host_port.clone(),
                namespace: self.namespace.clone(),
            }),
            // A key may be valid for jobs but not for this request.
            Err(status) if status.code() == Code::PermissionDenied => Ok(()),
            Err(status) => Err(self.refused("describe its namespace", &status)),
        }
    }

    async fn make_namespace(&self, name: &str, retention: Duration) -> Result<(), Error> {
        let retention = retention.try_into().map_err(|_| Error::Refused {
            what: "create a namespace",
            reason: "its retention is too long".to_owned(),
        })?;
        let ask = RegisterNamespaceRequest {
            namespace: name.to_owned(),
            description: "AmpleData".to_owned(),
            workflow_execution_retention_period: Some(retention),
            ..RegisterNamespaceRequest::default()
        };
        let mut service = self.client.connection().workflow_service();
        let made = service.register_namespace(ask.into_request()).await;
        made.map(drop).map_err(|status| self.refused("create a namespace", &status))
    }

    async fn missing_attributes(&self) -> Result<Vec<(String, IndexedValueType)>, Error> {
        let ask = ListSearchAttributesRequest { namespace: self.namespace.clone() };
        let mut service = self.client.connection().operator_service();
        let listed = service.list_search_attributes(ask.into_request()).await;
        let listed =
            listed.map_err(|status| self.refused("list its search attributes", &status))?;
        let known = listed.into_inner().custom_attributes;
        let ours = [
            (OWNER.name(), IndexedValueType::Keyword),
            (JOB.name(), IndexedValueType::Keyword),
            (STAGE.name(), IndexedValueType::Keyword),
            (STATUS.name(), IndexedValueType::Keyword),
            (ATTEMPTS.name(), IndexedValueType::Int),
        ];
        let missing = ours.into_iter().filter(|(name, _)| !known.contains_key(*name));
        Ok(missing.map(|(name, kind)| (name.to_owned(), kind)).collect())
    }

    async fn register(&self, missing: Vec<(String, IndexedValueType)>) -> Result<(), Error> {
        let ask = AddSearchAttributesRequest {
            search_attributes: missing
                .into_iter()
                .map(|(name, kind)| (name, kind.into()))
                .collect(),
            namespace: self.namespace.clone(),
        };
        let mut service = self.client.connection().operator_service();
        let added = service.add_search_attributes(ask.into_request()).await;
        added.map(drop).map_err(|status| self.refused("register search attributes", &status))
    }

    pub(crate) fn refused(&self, what: &'static str, status: &Status) -> Error {
        match status.code() {
            Code::Unavailable | Code::DeadlineExceeded => Error::Unreachable {
                host_port: self.host_port.clone(),
                reason: shortened(status.message()),
            },
            _ => Error::Refused { what, reason: shortened(status.message()) },
        }
    }
}

fn tls_options(tls: &Tls) -> TlsOptions {
    let client = tls.client.as_ref().map(|(certificate, key)| {
        ClientTlsOptions::builder()
            .client_cert(certificate.clone())
            .client_private_key(key.clone())
            .build()
    });
    TlsOptions::builder()
        .maybe_server_root_ca_cert(tls.server_ca.clone())
        .maybe_domain(tls.server_name.clone())
        .maybe_client_tls_options(client)
        .build()
}

/// The identity of this process, which the server shows with each of its tasks.
fn identity() -> String {
    format!("ampledata-{}", std::process::id())
}

/// The root cause of an error; the SDK's own messages are for programmers.
fn root(error: &dyn std::error::Error) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

/// Shortens a message to one readable line.
fn shortened(reason: &str) -> String {
    let line: String = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(300).collect()
}
