import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { toStoreFailure } from './sqlite-failure.ts';

function openDatabase(): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  database.exec('CREATE TABLE texts (text TEXT NOT NULL)');
  return database;
}

function failureOf(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return toStoreFailure(error);
  }
  return undefined;
}

test('[ST2] a full disk may have room again', () => {
  const database = openDatabase();
  database.exec('PRAGMA max_page_count = 4');
  const insert = database.prepare('INSERT INTO texts VALUES (?)');
  expect(failureOf(() => insert.run('x'.repeat(100_000)))).toMatchObject({
    code: 'STORE_UNAVAILABLE',
    retryable: true,
    message: 'The database cannot be used at the moment: the disk is full.',
  });
});

test('[ST2] what is wrong with a value stays as it is', () => {
  const database = openDatabase();
  const failure = failureOf(() => database.exec('INSERT INTO texts VALUES (NULL)'));
  expect(failure).toMatchObject({ errcode: 1299 });
  expect(toStoreFailure('anything')).toBe('anything');
});
