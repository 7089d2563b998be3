// Package assets embeds what the program ships beside its code: the models with their manifest, the scenes of
// the filters with their pictures, and the clip of the demo partner. It only hands out bytes and parsed
// lists; what they mean is the business of the packages that use them.
package assets
