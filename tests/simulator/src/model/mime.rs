//! Mail in its MIME form: read when it arrives, written when it is sent.

mod raw;
mod read;
mod text;
mod write;

pub use self::raw::{with_header, without_header};
pub use self::read::read;
pub use self::text::{preview, to_html, to_text, unique};
pub use self::write::write;
