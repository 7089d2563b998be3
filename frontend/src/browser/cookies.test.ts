import { expect, it } from 'vitest';
import { cookie } from './cookies';

it.each([
  ['', ''],
  ['a=1', ''],
  ['ppenter_csrf=abc', 'abc'],
  ['a=1; ppenter_csrf=x=y; b=2', 'x=y'],
  ['my_ppenter_csrf=1', ''],
  ['ppenter_csrf', ''],
])('in %j it is %j', (all, value) => {
  expect(cookie('ppenter_csrf', all)).toBe(value);
});
