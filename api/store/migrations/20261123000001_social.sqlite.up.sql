-- Accounts. Usernames and addresses are kept normalised (lower case), so that equal means equal.
CREATE TABLE users (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	username TEXT NOT NULL UNIQUE,
	email TEXT NOT NULL UNIQUE,
	password TEXT NOT NULL,
	role TEXT NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'staff')),
	disabled_at TIMESTAMP,
	created_at TIMESTAMP NOT NULL,
	updated_at TIMESTAMP NOT NULL
);
CREATE INDEX users_disabled ON users (id) WHERE disabled_at IS NOT NULL;

-- A session is a family of refresh tokens; every token but the newest is used.
CREATE TABLE sessions (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	user_agent TEXT NOT NULL DEFAULT '',
	address TEXT NOT NULL DEFAULT '',
	created_at TIMESTAMP NOT NULL,
	used_at TIMESTAMP NOT NULL,
	expires_at TIMESTAMP NOT NULL,
	ended_at TIMESTAMP,
	end_reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX sessions_user ON sessions (user_id, id);
CREATE INDEX sessions_expires ON sessions (expires_at);

CREATE TABLE refresh_tokens (
	hash BLOB NOT NULL PRIMARY KEY,
	session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
	created_at TIMESTAMP NOT NULL,
	expires_at TIMESTAMP NOT NULL,
	used_at TIMESTAMP,
	replaced_by BLOB
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

-- What was said to the analysis of one's face, and when: rows are only added, the newest one holds.
CREATE TABLE consents (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	version INTEGER NOT NULL,
	mood BOOLEAN NOT NULL,
	share BOOLEAN NOT NULL,
	created_at TIMESTAMP NOT NULL
);
CREATE INDEX consents_user ON consents (user_id, id);

-- The social graph.
CREATE TABLE friend_requests (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	from_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	to_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'accepted', 'rejected', 'cancelled')),
	created_at TIMESTAMP NOT NULL,
	answered_at TIMESTAMP,
	CHECK (from_id <> to_id)
);
-- One pending request between two people, whoever asked first.
CREATE UNIQUE INDEX friend_requests_pending ON friend_requests (min(from_id, to_id), max(from_id, to_id))
	WHERE state = 'pending';
CREATE INDEX friend_requests_from ON friend_requests (from_id, state, id);
CREATE INDEX friend_requests_to ON friend_requests (to_id, state, id);

CREATE TABLE friendships (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	low_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	high_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	created_at TIMESTAMP NOT NULL,
	CHECK (low_id < high_id),
	UNIQUE (low_id, high_id)
);
CREATE INDEX friendships_low ON friendships (low_id, id);
CREATE INDEX friendships_high ON friendships (high_id, id);

CREATE TABLE follows (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	follower_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	followed_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	created_at TIMESTAMP NOT NULL,
	CHECK (follower_id <> followed_id),
	UNIQUE (follower_id, followed_id)
);
CREATE INDEX follows_follower ON follows (follower_id, id);
CREATE INDEX follows_followed ON follows (followed_id, id);

CREATE TABLE blocks (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	blocker_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	blocked_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	created_at TIMESTAMP NOT NULL,
	CHECK (blocker_id <> blocked_id),
	UNIQUE (blocker_id, blocked_id)
);
CREATE INDEX blocks_blocker ON blocks (blocker_id, id);
CREATE INDEX blocks_blocked ON blocks (blocked_id, blocker_id);

-- Tags, shared by rooms, photos and posts. A name is kept normalised. One that is listed was made on its own.
CREATE TABLE tags (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL UNIQUE,
	creator_id INTEGER REFERENCES users (id) ON DELETE SET NULL,
	listed BOOLEAN NOT NULL DEFAULT FALSE,
	bigrams TEXT NOT NULL DEFAULT '',
	created_at TIMESTAMP NOT NULL
);
CREATE INDEX tags_creator ON tags (creator_id);
CREATE VIRTUAL TABLE tags_search USING fts5 (
	bigrams, content = 'tags', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 0', detail = none
);
CREATE TRIGGER tags_search_insert AFTER INSERT ON tags BEGIN
	INSERT INTO tags_search (rowid, bigrams) VALUES (new.id, new.bigrams);
END;
CREATE TRIGGER tags_search_delete AFTER DELETE ON tags BEGIN
	INSERT INTO tags_search (tags_search, rowid, bigrams) VALUES ('delete', old.id, old.bigrams);
END;
CREATE TRIGGER tags_search_update AFTER UPDATE OF bigrams ON tags BEGIN
	INSERT INTO tags_search (tags_search, rowid, bigrams) VALUES ('delete', old.id, old.bigrams);
	INSERT INTO tags_search (rowid, bigrams) VALUES (new.id, new.bigrams);
END;

-- Rooms. A room outlives its host's account, without the host's texts: the call is the other one's past, too.
CREATE TABLE facechats (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	slug TEXT NOT NULL UNIQUE,
	title TEXT NOT NULL DEFAULT '',
	content TEXT NOT NULL DEFAULT '',
	host_id INTEGER REFERENCES users (id) ON DELETE SET NULL,
	state TEXT NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'ended', 'paused')),
	visibility TEXT NOT NULL DEFAULT 'link' CHECK (visibility IN ('public', 'friends', 'link')),
	allow_guests BOOLEAN NOT NULL DEFAULT FALSE,
	max_present INTEGER NOT NULL DEFAULT 2 CHECK (max_present = 2),
	view_count INTEGER NOT NULL DEFAULT 0 CHECK (view_count >= 0),
	created_at TIMESTAMP NOT NULL,
	updated_at TIMESTAMP NOT NULL,
	used_at TIMESTAMP NOT NULL,
	finished_at TIMESTAMP
);
CREATE INDEX facechats_host ON facechats (host_id, id);
CREATE INDEX facechats_list ON facechats (visibility, state, id);
-- Rooms that nobody hosts end when they are not used.
CREATE INDEX facechats_hostless ON facechats (used_at) WHERE host_id IS NULL AND state <> 'ended';

CREATE TABLE facechat_tags (
	facechat_id INTEGER NOT NULL REFERENCES facechats (id) ON DELETE CASCADE,
	tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
	PRIMARY KEY (facechat_id, tag_id)
);
CREATE INDEX facechat_tags_tag ON facechat_tags (tag_id, facechat_id);

CREATE TABLE facechat_invites (
	facechat_id INTEGER NOT NULL REFERENCES facechats (id) ON DELETE CASCADE,
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	created_at TIMESTAMP NOT NULL,
	PRIMARY KEY (facechat_id, user_id)
);
CREATE INDEX facechat_invites_user ON facechat_invites (user_id, facechat_id);

-- Who was in a room from when to when. A guest has a name, and a key while they are inside; a deleted account has
-- neither.
CREATE TABLE facechat_participants (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	facechat_id INTEGER NOT NULL REFERENCES facechats (id) ON DELETE CASCADE,
	sequence INTEGER NOT NULL CHECK (sequence >= 1),
	user_id INTEGER REFERENCES users (id) ON DELETE SET NULL,
	guest_key TEXT NOT NULL DEFAULT '',
	guest_name TEXT NOT NULL DEFAULT '',
	seat TEXT NOT NULL DEFAULT '',
	joined_at TIMESTAMP NOT NULL,
	left_at TIMESTAMP,
	UNIQUE (facechat_id, sequence)
);
CREATE INDEX facechat_participants_user ON facechat_participants (user_id, left_at);
CREATE INDEX facechat_participants_open ON facechat_participants (facechat_id) WHERE left_at IS NULL;
CREATE UNIQUE INDEX facechat_participants_once ON facechat_participants (facechat_id, user_id)
	WHERE left_at IS NULL AND user_id IS NOT NULL;

CREATE TABLE chat_messages (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	facechat_id INTEGER NOT NULL REFERENCES facechats (id) ON DELETE CASCADE,
	sender_id INTEGER REFERENCES users (id) ON DELETE CASCADE,
	sender_name TEXT NOT NULL DEFAULT '',
	client_id TEXT NOT NULL DEFAULT '',
	content TEXT NOT NULL,
	created_at TIMESTAMP NOT NULL
);
CREATE INDEX chat_messages_room ON chat_messages (facechat_id, id);
CREATE INDEX chat_messages_sender ON chat_messages (sender_id);

-- Calls of one person by another; a call that nobody answered in time is missed.
CREATE TABLE rings (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	facechat_id INTEGER NOT NULL REFERENCES facechats (id) ON DELETE CASCADE,
	caller_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	callee_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	state TEXT NOT NULL DEFAULT 'ringing'
		CHECK (state IN ('ringing', 'accepted', 'declined', 'busy', 'cancelled', 'missed')),
	created_at TIMESTAMP NOT NULL,
	expires_at TIMESTAMP NOT NULL,
	ended_at TIMESTAMP,
	CHECK (caller_id <> callee_id)
);
CREATE UNIQUE INDEX rings_callee_once ON rings (callee_id) WHERE state = 'ringing';
CREATE UNIQUE INDEX rings_caller_once ON rings (caller_id) WHERE state = 'ringing';
CREATE INDEX rings_due ON rings (expires_at) WHERE state = 'ringing';
CREATE INDEX rings_callee ON rings (callee_id, state, id);
CREATE INDEX rings_caller ON rings (caller_id, id);
CREATE INDEX rings_room ON rings (facechat_id);

-- Pictures: the rows; the bytes lie in the blob store under the key, which made-up pictures share.
CREATE TABLE photos (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	owner_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	facechat_id INTEGER REFERENCES facechats (id) ON DELETE SET NULL,
	kind TEXT NOT NULL DEFAULT 'upload' CHECK (kind IN ('screenshot', 'upload', 'avatar', 'background')),
	name TEXT NOT NULL DEFAULT '',
	alt TEXT NOT NULL DEFAULT '',
	blob TEXT NOT NULL,
	content_type TEXT NOT NULL,
	size INTEGER NOT NULL CHECK (size >= 0),
	width INTEGER NOT NULL CHECK (width > 0),
	height INTEGER NOT NULL CHECK (height > 0),
	blurhash TEXT NOT NULL DEFAULT '',
	bigrams TEXT NOT NULL DEFAULT '',
	created_at TIMESTAMP NOT NULL
);
CREATE INDEX photos_blob ON photos (blob);
CREATE INDEX photos_owner ON photos (owner_id, id);
CREATE INDEX photos_room ON photos (facechat_id);
CREATE VIRTUAL TABLE photos_search USING fts5 (
	bigrams, content = 'photos', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 0', detail = none
);
CREATE TRIGGER photos_search_insert AFTER INSERT ON photos BEGIN
	INSERT INTO photos_search (rowid, bigrams) VALUES (new.id, new.bigrams);
END;
CREATE TRIGGER photos_search_delete AFTER DELETE ON photos BEGIN
	INSERT INTO photos_search (photos_search, rowid, bigrams) VALUES ('delete', old.id, old.bigrams);
END;
CREATE TRIGGER photos_search_update AFTER UPDATE OF bigrams ON photos BEGIN
	INSERT INTO photos_search (photos_search, rowid, bigrams) VALUES ('delete', old.id, old.bigrams);
	INSERT INTO photos_search (rowid, bigrams) VALUES (new.id, new.bigrams);
END;

CREATE TABLE photo_tags (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
	tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
	created_at TIMESTAMP NOT NULL,
	UNIQUE (photo_id, tag_id)
);
CREATE INDEX photo_tags_tag ON photo_tags (tag_id, photo_id);

-- Keys whose row is gone, in the same transaction: the bytes are removed afterwards.
CREATE TABLE blob_orphans (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	blob TEXT NOT NULL UNIQUE,
	created_at TIMESTAMP NOT NULL
);

CREATE TABLE profiles (
	user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
	nickname TEXT NOT NULL,
	bio TEXT NOT NULL DEFAULT '',
	picture_id INTEGER REFERENCES photos (id) ON DELETE SET NULL,
	bigrams TEXT NOT NULL DEFAULT '',
	updated_at TIMESTAMP NOT NULL
);
CREATE INDEX profiles_picture ON profiles (picture_id);
CREATE VIRTUAL TABLE profiles_search USING fts5 (
	bigrams, content = 'profiles', content_rowid = 'user_id', tokenize = 'unicode61 remove_diacritics 0', detail = none
);
CREATE TRIGGER profiles_search_insert AFTER INSERT ON profiles BEGIN
	INSERT INTO profiles_search (rowid, bigrams) VALUES (new.user_id, new.bigrams);
END;
CREATE TRIGGER profiles_search_delete AFTER DELETE ON profiles BEGIN
	INSERT INTO profiles_search (profiles_search, rowid, bigrams) VALUES ('delete', old.user_id, old.bigrams);
END;
CREATE TRIGGER profiles_search_update AFTER UPDATE OF bigrams ON profiles BEGIN
	INSERT INTO profiles_search (profiles_search, rowid, bigrams) VALUES ('delete', old.user_id, old.bigrams);
	INSERT INTO profiles_search (rowid, bigrams) VALUES (new.user_id, new.bigrams);
END;

-- Posts. The counters are kept by triggers: they follow every way in which a row comes or goes. What is found
-- by comes last: it is long, and whoever reads what stands after it reads through it.
CREATE TABLE posts (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	owner_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	photo_id INTEGER REFERENCES photos (id) ON DELETE SET NULL,
	title TEXT NOT NULL,
	content TEXT NOT NULL DEFAULT '',
	visibility TEXT NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'friends', 'private')),
	view_count INTEGER NOT NULL DEFAULT 0 CHECK (view_count >= 0),
	like_count INTEGER NOT NULL DEFAULT 0 CHECK (like_count >= 0),
	favorite_count INTEGER NOT NULL DEFAULT 0 CHECK (favorite_count >= 0),
	comment_count INTEGER NOT NULL DEFAULT 0 CHECK (comment_count >= 0),
	created_at TIMESTAMP NOT NULL,
	updated_at TIMESTAMP NOT NULL,
	bigrams TEXT NOT NULL DEFAULT ''
);
CREATE INDEX posts_owner ON posts (owner_id, id);
CREATE INDEX posts_public ON posts (id) WHERE visibility = 'public';
CREATE INDEX posts_photo ON posts (photo_id);
CREATE VIRTUAL TABLE posts_search USING fts5 (
	bigrams, content = 'posts', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 0', detail = none
);
CREATE TRIGGER posts_search_insert AFTER INSERT ON posts BEGIN
	INSERT INTO posts_search (rowid, bigrams) VALUES (new.id, new.bigrams);
END;
CREATE TRIGGER posts_search_delete AFTER DELETE ON posts BEGIN
	INSERT INTO posts_search (posts_search, rowid, bigrams) VALUES ('delete', old.id, old.bigrams);
END;
CREATE TRIGGER posts_search_update AFTER UPDATE OF bigrams ON posts BEGIN
	INSERT INTO posts_search (posts_search, rowid, bigrams) VALUES ('delete', old.id, old.bigrams);
	INSERT INTO posts_search (rowid, bigrams) VALUES (new.id, new.bigrams);
END;

CREATE TABLE post_tags (
	post_id INTEGER NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
	tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
	PRIMARY KEY (post_id, tag_id)
);
CREATE INDEX post_tags_tag ON post_tags (tag_id, post_id);

CREATE TABLE likes (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	post_id INTEGER NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	created_at TIMESTAMP NOT NULL,
	UNIQUE (post_id, user_id)
);
CREATE INDEX likes_user ON likes (user_id, id);

CREATE TABLE favorites (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	post_id INTEGER NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	created_at TIMESTAMP NOT NULL,
	UNIQUE (post_id, user_id)
);
CREATE INDEX favorites_user ON favorites (user_id, id);

-- A comment that was deleted under its replies stays as an empty row without an author. root_id is the comment
-- to the post itself under which a reply stands, however deep: a trigger keeps it.
CREATE TABLE comments (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	post_id INTEGER NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
	author_id INTEGER REFERENCES users (id) ON DELETE CASCADE,
	parent_id INTEGER,
	root_id INTEGER REFERENCES comments (id) ON DELETE CASCADE,
	content TEXT NOT NULL,
	created_at TIMESTAMP NOT NULL,
	updated_at TIMESTAMP NOT NULL,
	deleted_at TIMESTAMP,
	CHECK ((author_id IS NULL) = (deleted_at IS NOT NULL)),
	UNIQUE (id, post_id),
	FOREIGN KEY (parent_id, post_id) REFERENCES comments (id, post_id) ON DELETE CASCADE
);
CREATE INDEX comments_post ON comments (post_id, id);
CREATE INDEX comments_top ON comments (post_id, id) WHERE parent_id IS NULL;
CREATE INDEX comments_parent ON comments (parent_id, id);
CREATE INDEX comments_root ON comments (root_id, id);
CREATE INDEX comments_empty ON comments (id) WHERE deleted_at IS NOT NULL;
CREATE INDEX comments_author ON comments (author_id, id);

-- What happened to somebody. The row goes with the thing that it tells of.
CREATE TABLE notifications (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	kind TEXT NOT NULL,
	actor_id INTEGER REFERENCES users (id) ON DELETE CASCADE,
	request_id INTEGER REFERENCES friend_requests (id) ON DELETE CASCADE,
	post_id INTEGER REFERENCES posts (id) ON DELETE CASCADE,
	comment_id INTEGER REFERENCES comments (id) ON DELETE CASCADE,
	facechat_id INTEGER REFERENCES facechats (id) ON DELETE CASCADE,
	ring_id INTEGER REFERENCES rings (id) ON DELETE CASCADE,
	created_at TIMESTAMP NOT NULL,
	read_at TIMESTAMP
);
CREATE INDEX notifications_user ON notifications (user_id, id);
CREATE INDEX notifications_unread ON notifications (user_id) WHERE read_at IS NULL;
-- Liking or following again and again tells it once.
CREATE UNIQUE INDEX notifications_like_once ON notifications (user_id, actor_id, post_id) WHERE kind = 'like';
CREATE UNIQUE INDEX notifications_follow_once ON notifications (user_id, actor_id) WHERE kind = 'follow';
CREATE INDEX notifications_actor ON notifications (actor_id, user_id);
CREATE INDEX notifications_request ON notifications (request_id);
CREATE INDEX notifications_post ON notifications (post_id);
CREATE INDEX notifications_comment ON notifications (comment_id);
CREATE INDEX notifications_room ON notifications (facechat_id);
CREATE INDEX notifications_ring ON notifications (ring_id);

-- What was reported to the staff. The target may be gone by the time that somebody looks.
CREATE TABLE reports (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	reporter_id INTEGER REFERENCES users (id) ON DELETE SET NULL,
	target_kind TEXT NOT NULL CHECK (target_kind IN ('user', 'post', 'comment', 'photo', 'facechat', 'message')),
	target_id INTEGER NOT NULL,
	reason TEXT NOT NULL,
	content TEXT NOT NULL DEFAULT '',
	state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'resolved', 'dismissed')),
	resolver_id INTEGER REFERENCES users (id) ON DELETE SET NULL,
	created_at TIMESTAMP NOT NULL,
	resolved_at TIMESTAMP
);
CREATE UNIQUE INDEX reports_once ON reports (reporter_id, target_kind, target_id) WHERE state = 'open';
CREATE INDEX reports_state ON reports (state, id);
CREATE INDEX reports_open ON reports (target_kind, target_id) WHERE state = 'open';
CREATE INDEX reports_resolver ON reports (resolver_id);

-- What the staff did. Rows are only added; the actor's name stays when the account goes.
CREATE TABLE audit (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	actor_id INTEGER REFERENCES users (id) ON DELETE SET NULL,
	actor_name TEXT NOT NULL,
	action TEXT NOT NULL,
	target_kind TEXT NOT NULL DEFAULT '',
	target_id INTEGER NOT NULL DEFAULT 0,
	detail TEXT NOT NULL DEFAULT '',
	created_at TIMESTAMP NOT NULL
);
CREATE INDEX audit_actor ON audit (actor_id, id);
CREATE INDEX audit_target ON audit (target_kind, target_id, id);

CREATE TRIGGER likes_count_insert AFTER INSERT ON likes BEGIN
	UPDATE posts SET like_count = like_count + 1 WHERE id = new.post_id;
END;
CREATE TRIGGER likes_count_delete AFTER DELETE ON likes BEGIN
	UPDATE posts SET like_count = like_count - 1 WHERE id = old.post_id;
END;
CREATE TRIGGER favorites_count_insert AFTER INSERT ON favorites BEGIN
	UPDATE posts SET favorite_count = favorite_count + 1 WHERE id = new.post_id;
END;
CREATE TRIGGER favorites_count_delete AFTER DELETE ON favorites BEGIN
	UPDATE posts SET favorite_count = favorite_count - 1 WHERE id = old.post_id;
END;
CREATE TRIGGER comments_root_insert AFTER INSERT ON comments WHEN new.parent_id IS NOT NULL BEGIN
	UPDATE comments SET root_id = (SELECT COALESCE(up.root_id, up.id) FROM comments AS up WHERE up.id = new.parent_id)
	WHERE id = new.id;
END;
-- A comment counts while it is there and not deleted.
CREATE TRIGGER comments_count_insert AFTER INSERT ON comments WHEN new.deleted_at IS NULL BEGIN
	UPDATE posts SET comment_count = comment_count + 1 WHERE id = new.post_id;
END;
CREATE TRIGGER comments_count_delete AFTER DELETE ON comments WHEN old.deleted_at IS NULL BEGIN
	UPDATE posts SET comment_count = comment_count - 1 WHERE id = old.post_id;
END;
CREATE TRIGGER comments_count_update AFTER UPDATE OF deleted_at ON comments
WHEN (old.deleted_at IS NULL) <> (new.deleted_at IS NULL) BEGIN
	UPDATE posts SET comment_count = comment_count + (old.deleted_at IS NOT NULL) - (new.deleted_at IS NOT NULL)
	WHERE id = new.post_id;
END;
CREATE TRIGGER photos_orphan AFTER DELETE ON photos
WHEN NOT EXISTS (SELECT 1 FROM photos WHERE blob = old.blob) BEGIN
	INSERT INTO blob_orphans (blob, created_at) VALUES (old.blob, strftime('%Y-%m-%d %H:%M:%f+00:00', 'now'))
	ON CONFLICT DO NOTHING;
END;
