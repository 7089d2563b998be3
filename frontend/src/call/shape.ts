/** Checked shapes: each turns an unknown JSON value into a typed one or throws ShapeError with the path. */

export class ShapeError extends Error {
  constructor(
    readonly path: string,
    readonly wanted: string,
  ) {
    super(`${path || 'message'}: wanted ${wanted}`);
    this.name = 'ShapeError';
  }
}

export type Shape<T> = (value: unknown, path: string) => T;
export type Infer<S> = S extends Shape<infer T> ? T : never;

export const text: Shape<string> = (value, path) => {
  if (typeof value !== 'string') throw new ShapeError(path, 'text');
  return value;
};

export const number: Shape<number> = (value, path) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new ShapeError(path, 'number');
  return value;
};

export const flag: Shape<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw new ShapeError(path, 'boolean');
  return value;
};

export function oneOf<const T extends readonly (string | number)[]>(...values: T): Shape<T[number]> {
  return (value, path) => {
    if (!values.includes(value as T[number])) throw new ShapeError(path, values.join(' | '));
    return value as T[number];
  };
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, path) => (value === null || value === undefined ? null : shape(value, path));
}

/** A field that may be missing; then it has the given value. */
export function optional<T>(shape: Shape<T>, missing: T): Shape<T> {
  return (value, path) => (value === null || value === undefined ? missing : shape(value, path));
}

/** Null stands for an empty list, as Go writes one. */
export function list<T>(shape: Shape<T>): Shape<T[]> {
  return (value, path) => {
    if (value === null) return [];
    if (!Array.isArray(value)) throw new ShapeError(path, 'list');
    return value.map((item, index) => shape(item, `${path}[${index}]`));
  };
}

type Fields = Record<string, Shape<unknown>>;
type Row<F extends Fields> = { [K in keyof F]: Infer<F[K]> };

/** An object with these fields; others are left out, since new ones may come at any time. */
export function object<F extends Fields>(fields: F): Shape<Row<F>> {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ShapeError(path, 'object');
    }
    const source = value as Record<string, unknown>;
    const row: Record<string, unknown> = {};
    for (const [key, shape] of Object.entries(fields)) {
      row[key] = shape(source[key], path === '' ? key : `${path}.${key}`);
    }
    return row as Row<F>;
  };
}
