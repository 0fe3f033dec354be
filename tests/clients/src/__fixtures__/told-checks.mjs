console.log('{"check": "talks"}');
console.log('not for us');
console.log('{"check": "listens", "fault": "deaf"}');
console.error('oh dear');
process.exitCode = Number(process.env.EXIT_CODE);
