import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { en } from './en';
import { fill, pickLanguage } from './format';
import { ko, type Texts } from './ko';

describe('texts', () => {
  it('have the same keys in both languages', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(ko).sort());
  });

  it.each(Object.keys(ko) as (keyof Texts)[])('%s is written in both and fills in the same values', (key) => {
    const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
    expect(ko[key].trim()).not.toBe('');
    expect(en[key].trim()).not.toBe('');
    expect(names(en[key])).toEqual(names(ko[key]));
  });

  const refusals = '../api/social';
  const codes = readdirSync(refusals)
    .filter((name) => /^errors.*(?<!_test)\.go$/.test(name))
    .flatMap((name) => [...readFileSync(`${refusals}/${name}`, 'utf8').matchAll(/\bCode = "(\w+)"/g)])
    .map((found) => found[1]);
  it.each(codes)('say what the refusal %s means', (code) => {
    expect(ko).toHaveProperty([`problem.${code}`]);
  });
});

describe('pickLanguage', () => {
  it.each([
    ['', ['ko-KR', 'en'], 'ko'],
    ['', ['en-GB', 'ko'], 'en'],
    ['', ['fr-FR', 'en-US'], 'en'],
    ['', ['fr-FR'], 'ko'],
    ['', [], 'ko'],
    ['en', ['ko'], 'en'],
    ['xx', ['en'], 'en'],
  ] as const)('saved %j, browser %j gives %s', (saved, wanted, language) => {
    expect(pickLanguage(saved, wanted)).toBe(language);
  });
});

describe('fill', () => {
  it('puts values in and leaves unknown names alone', () => {
    expect(fill('{a} and {b}, {c}', { a: 1, b: 'two' })).toBe('1 and two, {c}');
  });
});
