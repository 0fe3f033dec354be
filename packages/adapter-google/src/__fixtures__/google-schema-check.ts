// What Google documents of `Schema`, as a test reads it; written without a look at the converter.
// https://ai.google.dev/api/caching#Schema

/** A schema as it is sent. */
export type SentSchema = Readonly<Record<string, unknown>>;

const KEYS: ReadonlySet<string> = new Set(
  (
    'type format title description nullable enum pattern minimum maximum minLength maxLength minItems ' +
    'maxItems minProperties maxProperties items properties required propertyOrdering anyOf'
  ).split(' '),
);
const TYPES: ReadonlySet<unknown> = new Set(['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT']);

const FORMATS: Readonly<Record<string, readonly unknown[]>> = {
  STRING: ['enum', 'date-time'],
  INTEGER: ['int32', 'int64'],
  NUMBER: ['float', 'double'],
};

/** Faults that the vendor would refuse in a schema, by place. */
export function findRefusals(sent: unknown, place = 'parameters'): string[] {
  if (!isRecord(sent)) return [`${place} is no schema`];
  const faults = Object.keys(sent).flatMap((key) => (KEYS.has(key) ? [] : [`${place}.${key} is unknown`]));
  const { type, format, items, properties, required, anyOf, enum: values } = sent;
  if (anyOf !== undefined) {
    if (Object.keys(sent).length > 1) faults.push(`${place}.anyOf does not stand alone`);
    if (!Array.isArray(anyOf) || anyOf.length < 2) return [...faults, `${place}.anyOf is no choice`];
    return [...faults, ...anyOf.flatMap((each, index) => findRefusals(each, `${place}.anyOf[${index}]`))];
  }
  if (!TYPES.has(type)) faults.push(`${place} has no type`);
  if (format !== undefined && FORMATS[String(type)]?.includes(format) !== true) {
    faults.push(`${place}: format ${JSON.stringify(format)} is not supported for ${String(type)}`);
  }
  if (values !== undefined) {
    if (type !== 'STRING') faults.push(`${place}.enum is beside ${String(type)}`);
    if (!Array.isArray(values) || values.length === 0) faults.push(`${place}.enum is empty`);
    else if (!values.every((value) => typeof value === 'string' && value !== '')) faults.push(`${place}.enum[n]`);
  }
  if ((type === 'ARRAY') !== (items !== undefined)) faults.push(`${place}.items: missing field`);
  if (items !== undefined) faults.push(...findRefusals(items, `${place}.items`));
  if (place === 'parameters' && (type !== 'OBJECT' || !isRecord(properties))) faults.push(`${place} is no object`);
  if (properties !== undefined) {
    if (!isRecord(properties) || Object.keys(properties).length === 0)
      return [...faults, `${place}.properties is empty`];
    for (const [name, each] of Object.entries(properties)) faults.push(...findRefusals(each, `${place}.${name}`));
  }
  for (const name of Array.isArray(required) ? required : []) {
    if (!Object.hasOwn(properties ?? {}, String(name))) faults.push(`${place}.required[${String(name)}]`);
  }
  return faults;
}

/** Whether a value fits a schema that is sent. Properties that are not listed may be anything. */
export function fits(sent: SentSchema, value: unknown): boolean {
  const { anyOf, nullable, type } = sent;
  if (Array.isArray(anyOf)) return anyOf.some((each) => fits(each as SentSchema, value));
  if (value === null) return nullable === true;
  switch (type) {
    case 'STRING':
      return typeof value === 'string' && fitsText(sent, value);
    case 'INTEGER':
      return Number.isInteger(value) && within(value as number, sent['minimum'], sent['maximum']);
    case 'NUMBER':
      return typeof value === 'number' && within(value, sent['minimum'], sent['maximum']);
    case 'BOOLEAN':
      return typeof value === 'boolean';
    case 'ARRAY':
      return (
        Array.isArray(value) &&
        within(value.length, sent['minItems'], sent['maxItems']) &&
        value.every((each) => fits(sent['items'] as SentSchema, each))
      );
    case 'OBJECT':
      return isRecord(value) && fitsObject(sent, value);
    default:
      return false;
  }
}

function fitsText(sent: SentSchema, value: string): boolean {
  const { enum: values, pattern } = sent;
  if (Array.isArray(values) && !values.includes(value)) return false;
  if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(value)) return false;
  return within(Array.from(value).length, sent['minLength'], sent['maxLength']);
}

function fitsObject({ properties, required, minProperties, maxProperties }: SentSchema, value: SentSchema): boolean {
  if (!within(Object.keys(value).length, minProperties, maxProperties)) return false;
  if (Array.isArray(required) && !required.every((name) => Object.hasOwn(value, String(name)))) return false;
  return Object.entries((properties ?? {}) as SentSchema).every(
    ([name, each]) => !Object.hasOwn(value, name) || fits(each as SentSchema, value[name]),
  );
}

function within(size: number, least: unknown, most: unknown): boolean {
  return (least === undefined || size >= Number(least)) && (most === undefined || size <= Number(most));
}

function isRecord(value: unknown): value is SentSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
