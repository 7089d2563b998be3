/** What an account's fields may hold, as the server has it, so that a form says it before it is sent. */
import { FieldsError, type NewAccount } from '../../api/account';
import { EntryError } from '../../call/ports';

export const USERNAME_LENGTH = 30;
export const NAME_LENGTH = 40;
export const EMAIL_LENGTH = 254;
export const BIO_LENGTH = 500;
const SHORTEST_PASSWORD = 8;
export const PASSWORD_LENGTH = 128;

export type Field = 'username' | 'nickname' | 'email' | 'password' | 'bio' | 'old_password' | 'new_password';

/** What is wrong with a form: a code of the server by field, and what is about none of them. */
export interface Faults {
  fields: Partial<Record<Field, string>>;
  /** The code of a refusal that belongs to no field; empty: there is none. */
  rest: string;
}

export const NO_FAULTS: Faults = { fields: {}, rest: '' };

const USERNAME = /^[\p{L}\p{Nd}](?:[\p{L}\p{Nd}._-]*[\p{L}\p{Nd}])?$/u;
const EMAIL = /^[^\s"<>()@]+@[^\s"<>()@]+$/;

/** Characters as the server counts them. */
export const lengthOf = (text: string): number => [...text].length;

export function usernameFits(text: string): boolean {
  const name = text.trim().normalize('NFKC').toLowerCase().normalize('NFKC');
  return lengthOf(name) >= 2 && lengthOf(name) <= USERNAME_LENGTH && USERNAME.test(name);
}

export function emailFits(text: string): boolean {
  const address = text.trim().normalize('NFC').toLowerCase();
  return new TextEncoder().encode(address).length <= EMAIL_LENGTH && EMAIL.test(address);
}

export function nicknameFits(text: string): boolean {
  const length = lengthOf(text.trim());
  return length >= 1 && length <= NAME_LENGTH;
}

export type Strength = 'empty' | 'short' | 'fair' | 'good' | 'strong' | 'long';

/** How long a password is, in a word: length is what makes it hard to guess. */
export function strengthOf(password: string): Strength {
  const length = lengthOf(password.normalize('NFKC'));
  if (length === 0) return 'empty';
  if (length < SHORTEST_PASSWORD) return 'short';
  if (length > PASSWORD_LENGTH) return 'long';
  if (length < 12) return 'fair';
  return length < 16 ? 'good' : 'strong';
}

export const passwordFits = (password: string): boolean =>
  !['empty', 'short', 'long'].includes(strengthOf(password));

/** What the server would refuse of a new account, as far as that can be told here. */
export function faultsOf({ username, nickname, email, password }: NewAccount): Faults['fields'] {
  const fields: Faults['fields'] = {};
  if (!usernameFits(username)) fields.username = 'username_invalid';
  // Without a nickname one is called by one's username.
  if (nickname.trim() !== '' && !nicknameFits(nickname)) fields.nickname = 'nickname_invalid';
  if (!emailFits(email)) fields.email = 'email_invalid';
  if (!passwordFits(password)) fields.password = 'password_length';
  return fields;
}

/** The field that each refusal of the server is about. */
const ABOUT: Record<string, Field> = {
  username_invalid: 'username',
  username_taken: 'username',
  nickname_invalid: 'nickname',
  email_invalid: 'email',
  email_taken: 'email',
  bio_invalid: 'bio',
  password_length: 'password',
  password_common: 'password',
  password_wrong: 'old_password',
};

/**
 * Puts a refusal beside the fields of a form that it is about; what no field of the form can show is left over.
 * `rename`: the name that this form has for a field.
 */
export function placeRefusal(
  error: unknown,
  form: readonly Field[],
  rename: Partial<Record<Field, Field>> = {},
): Faults {
  const code = error instanceof EntryError ? error.code : 'internal';
  const about = ABOUT[code];
  const named = error instanceof FieldsError ? error.fields : about === undefined ? [] : [about];
  const known = named
    .map((name) => rename[name as Field] ?? name)
    .filter((name): name is Field => form.some((field) => field === name));
  if (known.length === 0) return { fields: {}, rest: code };
  return { fields: Object.fromEntries(known.map((name) => [name, code])), rest: '' };
}

/** The first field of a form, in the form's order, that has a fault; null: none has. */
export function firstFault(form: readonly Field[], { fields }: Faults): Field | null {
  return form.find((name) => fields[name] !== undefined) ?? null;
}
