const lines = ['{"check": "talks"}', 'not for us', '{"check": "listens", "fault": "deaf"}'];
process.stdout.write(lines.map((line) => `${line}\n`).join(''));
process.stderr.write('oh dear\n');
process.exitCode = Number(process.env.EXIT_CODE);
