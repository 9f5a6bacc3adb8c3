//! What goes out: e-mail, one row an effect, sent once.
