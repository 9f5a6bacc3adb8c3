//! The application's credentials, from the document in Secrets Manager to Entra's token endpoint: rotation under
//! load, fall-back, certificates, and that none of them is ever written down.

mod federation;
mod hygiene;
mod rotation;
mod world;
