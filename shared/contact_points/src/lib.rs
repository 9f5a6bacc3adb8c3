//! Contact points: who outside wrote to whom inside, found in mail headers and grouped by person and company.
