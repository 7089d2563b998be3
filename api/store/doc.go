// Package store keeps the domain's things in a database and is the only package that knows bun. SQLite in one
// file is the default; PostgreSQL is the other one, and everything here behaves the same on both.
//
// Open gives a DB with one field per noun. A noun's queries stand in the file of its name. To add a noun:
// put its tables into a new migration for both dialects, listed in migrations(); write its unexported bun
// models and a struct like `type Posts struct{ c conn }` into its own file; add the field to DB and to
// bind. Reads go to c.r, single writes to c.w, and whatever belongs together into c.inTx, where the conn
// that the function gets must be used and no other: SQLite has one writer, and a second one would wait for
// the first. Lists go through fetch with a keyset, texts that are found by search through matching, and
// whatever has an owner and a visibility through visibleTo, so that the rule stands in one place. People
// beside a row are joined by withPerson: one query per list, however long it is. What is asked all the
// time, such as the feed, is prepared once (ask) and read without reflection (readAll). Methods take and
// give types of social; a row that is missing, or that the viewer may not see, is the noun's Err…NotFound
// of social.
package store
