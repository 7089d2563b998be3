import { describe, expect, it } from 'vitest';
import { FieldsError } from '../../api/account';
import { EntryError } from '../../call/ports';
import {
  emailFits,
  faultsOf,
  firstFault,
  nicknameFits,
  passwordFits,
  placeRefusal,
  strengthOf,
  usernameFits,
} from './rules';

describe('a username', () => {
  it.each(['ad', 'Ada', ' ada ', 'a.d_a-1', '지우', '지우_2', 'ａｄａ', 'a'.repeat(30)])(
    'may be %j',
    (name) => {
      expect(usernameFits(name)).toBe(true);
    },
  );
  it.each(['', 'a', '.ada', 'ada-', '_a', 'a b', 'a@b', 'a/b', '🙂🙂', 'a'.repeat(31)])(
    'is not %j',
    (name) => {
      expect(usernameFits(name)).toBe(false);
    },
  );
});

describe('an e-mail address', () => {
  it.each(['a@b.c', ' Ada@Example.org ', 'a+b@localhost', '지우@예.한국'])('may be %j', (address) => {
    expect(emailFits(address)).toBe(true);
  });
  it.each(['', 'ada', '@b', 'a@', 'a@b@c', 'a b@c', 'Ada <a@b.c>', `${'가'.repeat(90)}@b.c`])(
    'is not %j',
    (address) => {
      expect(emailFits(address)).toBe(false);
    },
  );
});

it('knows the lengths of a nickname in characters', () => {
  expect(nicknameFits('🙂'.repeat(40))).toBe(true);
  expect(nicknameFits('🙂'.repeat(41))).toBe(false);
  expect(nicknameFits('  ')).toBe(false);
});

it.each([
  ['', 'empty', false],
  ['1234567', 'short', false],
  ['🙂'.repeat(7), 'short', false],
  ['12345678', 'fair', true],
  ['a'.repeat(11), 'fair', true],
  ['a'.repeat(12), 'good', true],
  ['a good long phrase', 'strong', true],
  ['가'.repeat(128), 'strong', true],
  ['a'.repeat(129), 'long', false],
  // Composed, these are eight characters.
  ['가'.normalize('NFD').repeat(8), 'fair', true],
] as const)('the password %j is %s', (password, strength, fits) => {
  expect(strengthOf(password)).toBe(strength);
  expect(passwordFits(password)).toBe(fits);
});

describe('the form of a new account', () => {
  const good = { username: 'ada', nickname: '', email: 'a@b.c', password: 'a good long phrase' };
  it('is well without a nickname', () => {
    expect(faultsOf(good)).toEqual({});
  });
  it('says each fault beside its field', () => {
    expect(
      faultsOf({ username: 'a b', nickname: 'x'.repeat(41), email: 'nobody', password: '1234' }),
    ).toEqual({
      username: 'username_invalid',
      nickname: 'nickname_invalid',
      email: 'email_invalid',
      password: 'password_length',
    });
  });
});

describe('a refusal', () => {
  const form = ['username', 'nickname', 'email', 'password'] as const;
  it.each([
    ['username_taken', { username: 'username_taken' }],
    ['email_taken', { email: 'email_taken' }],
    ['password_common', { password: 'password_common' }],
    ['nickname_invalid', { nickname: 'nickname_invalid' }],
  ])('%s stands beside its field', (code, fields) => {
    expect(placeRefusal(new EntryError(code), form)).toEqual({ fields, rest: '' });
  });

  it('of the request stands beside every field that it names', () => {
    const error = new FieldsError('validation_failed', ['email', 'password', 'cookie_only']);
    expect(placeRefusal(error, form)).toEqual({
      fields: { email: 'validation_failed', password: 'validation_failed' },
      rest: '',
    });
    expect(placeRefusal(new FieldsError('validation_failed', ['cookie_only']), form)).toEqual({
      fields: {},
      rest: 'validation_failed',
    });
  });

  it('stands below the form where it is about nothing in it', () => {
    expect(placeRefusal(new EntryError('rate_limited'), form)).toEqual({ fields: {}, rest: 'rate_limited' });
    expect(placeRefusal(new Error('?'), form)).toEqual({ fields: {}, rest: 'internal' });
    expect(placeRefusal(new EntryError('username_taken'), ['email'])).toMatchObject({
      rest: 'username_taken',
    });
  });

  it('is told by the form’s own names', () => {
    const change = ['old_password', 'new_password'] as const;
    const rename = { password: 'new_password' } as const;
    expect(placeRefusal(new EntryError('password_common'), change, rename).fields).toEqual({
      new_password: 'password_common',
    });
    expect(placeRefusal(new EntryError('password_wrong'), change, rename).fields).toEqual({
      old_password: 'password_wrong',
    });
  });

  it('leads to the first field in the form’s order', () => {
    const faults = { fields: { password: 'x', nickname: 'y' }, rest: '' };
    expect(firstFault(form, faults)).toBe('nickname');
    expect(firstFault(form, { fields: {}, rest: 'z' })).toBeNull();
  });
});
