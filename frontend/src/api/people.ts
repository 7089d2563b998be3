/** What a person may ask of the server about people. Rejects with EntryError. */
import type { components } from './schema.gen';

type Schemas = components['schemas'];
export type Person = Schemas['Person'];
