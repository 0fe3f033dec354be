// Holds types against the types of a vendor's own package: for `*.test-d.ts` files, where a wrong field name fails the type check.

type KeysOfAny<Union> = Union extends Union ? keyof Union : never;
type FieldOfAny<Union, Key extends PropertyKey> = Union extends Union
  ? Key extends keyof Union
    ? Union[Key]
    : never
  : never;
type ElementOfAny<Union> = Union extends readonly (infer Element)[] ? Element : never;

/** Names of fields, at any depth, that `Ours` has and no member of `Theirs` knows. `Depth` ends recursive types. */
type UnknownFields<Ours, Theirs, Depth extends readonly unknown[] = []> = Depth['length'] extends 12
  ? never
  : unknown extends Theirs
    ? never
    : Ours extends readonly (infer Element)[]
      ? UnknownFields<Element, ElementOfAny<Theirs>, [...Depth, 0]>
      : Ours extends object
        ? {
            [Key in keyof Ours]-?: string extends Key
              ? never
              : Key extends KeysOfAny<NonNullable<Theirs>>
                ? UnknownFields<NonNullable<Ours[Key]>, FieldOfAny<NonNullable<Theirs>, Key>, [...Depth, 0]>
                : Key;
          }[keyof Ours]
        : never;

/** Enumerations of official types are compared by their values, and readonly marks make no difference. */
type Plain<Value> = Value extends string
  ? `${Value}`
  : Value extends readonly (infer Element)[]
    ? Plain<Element>[]
    : Value extends (...args: never[]) => unknown
      ? Value
      : Value extends object
        ? { -readonly [Key in keyof Value]: Plain<Value[Key]> }
        : Value;

/**
 * `true` where every `Ours` is a `Theirs` and no field of it, at any depth, is unknown to `Theirs`; else a type that says what is
 * wrong. Such as `expectTrue<Fits<OurMessage, OfficialMessage>>()` in a file that only the type checker reads.
 */
export type Fits<Ours, Theirs> = [UnknownFields<Ours, Theirs>] extends [never]
  ? [Ours] extends [Theirs]
    ? true
    : [Plain<Ours>] extends [Plain<Theirs>]
      ? true
      : { notAssignable: Ours }
  : { unknownFields: UnknownFields<Ours, Theirs> };
