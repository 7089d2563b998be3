package store

import (
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"github.com/pp-enter/pp-enter/api/social"
)

// packTags selects all tags of one thing as one text for unpackTags: id:creator:name, with commas between; no
// name has a comma. A second query for them would take as long as the one for the things. The thing's id is
// in column of; key is that id in table, as tagsOf has them.
func packTags(table, key, of string) schema.QueryWithArgs {
	return bun.SafeQuery("(SELECT COALESCE("+
		"string_agg(t.id || ':' || COALESCE(t.creator_id, 0) || ':' || t.name, ','), '') "+
		"FROM ? AS tie JOIN tags AS t ON t.id = tie.tag_id WHERE tie.? = ?)",
		bun.Ident(table), bun.Ident(key), bun.Safe(of))
}

// unpackTags are the tags of what packTags selects, in the order of their names.
func unpackTags(packed string) []social.Tag {
	if packed == "" {
		return nil
	}
	tags := make([]social.Tag, 0, strings.Count(packed, ",")+1)
	for one := range strings.SplitSeq(packed, ",") {
		id, rest, _ := strings.Cut(one, ":")
		creator, name, _ := strings.Cut(rest, ":")
		t := social.Tag{Name: name}
		t.ID, _ = strconv.ParseInt(id, 10, 64) // the database wrote it
		t.CreatorID, _ = strconv.ParseInt(creator, 10, 64)
		tags = append(tags, t)
	}
	slices.SortFunc(tags, func(a, b social.Tag) int { return strings.Compare(a.Name, b.Name) })
	return tags
}
