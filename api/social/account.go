package social

// Export is all that is kept of a person: rows by what they are, with names of columns as in the database.
type Export map[string][]map[string]any

// Deleted is what remains to be done outside of the database when an account is gone.
type Deleted struct {
	RoomIDs []int64 // rooms that were live, and have ended now
}
