// Package media keeps pictures: it decodes what people send, strips it of everything but the picture, makes
// the sizes that pages need, and keeps the bytes in a blob store.
package media
