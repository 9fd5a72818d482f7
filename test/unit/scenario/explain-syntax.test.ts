// Slips in YAML itself: each is told once, where it was made, and in words of what to write.
import { expect, test } from 'vitest';
import { readYaml } from '../../../orchestrator/scenario/text/read-yaml.ts';

const REST = 'groups:\n  web:\n    role: server\n';

test.each<[what: string, text: string, said: string[]]>([
  [
    'a double quote that stays open',
    `name: "shop\n${REST}`,
    ['1:7 this quote is not closed; write another " where the text ends'],
  ],
  [
    'a double quote that the next one seems to close',
    `name: "shop\ndescription: "more"\n${REST}`,
    ['1:7 this quote is not closed; write another " where the text ends'],
  ],
  [
    'a single quote that a later one seems to close',
    "name: shop\ngroups:\n  web:\n    role: 'server\n      cpus: 1\n      image: 'x'\n",
    ["4:11 this quote is not closed; write another ' where the text ends"],
  ],
  [
    'a quote that only seems to close itself',
    `name: "shop\\"\n${REST}`,
    ['1:7 this quote is not closed; write another " where the text ends'],
  ],
  [
    'a tab before a quote that stays open',
    `groups:\n\tweb: 1\nname: "shop\n`,
    [
      '2:1 a tab can be no indentation; write spaces',
      '3:7 this quote is not closed; write another " where the text ends',
    ],
  ],
  [
    'a bracket too many',
    `name: shop\ngroups: { web: { role: server } } }\nphases: [{ name: run, duration: 60s }]\n`,
    ['2:35 this } closes nothing; leave it out, or open it before'],
  ],
  [
    'a bracket by itself',
    `name: shop\n]\n${REST}`,
    ['2:1 this ] closes nothing; leave it out, or open it before'],
  ],
  [
    'text with a colon in it, twice',
    `name: shop\ndescription: see: docs\n${REST}    image: registry: shop\n`,
    [
      '2:14 text with a colon and a space in it is read as a mapping; put it in quotes: "see: docs"',
      '6:12 text with a colon and a space in it is read as a mapping; put it in quotes: "registry: shop"',
    ],
  ],
  [
    'no space after a colon',
    'name: shop\ngroups:\n  web:\n    role:server\n    cpus: 1\n',
    ['4:5 a space is missing after the colon; write role: server'],
  ],
  [
    'no space after the first colon',
    `name:shop\n${REST}`,
    ['1:1 a space is missing after the colon; write name: shop'],
  ],
  [
    'no space after the last colon',
    'name: shop\ngroups:\n  web:\n    cpus: 1\n    role:server\n',
    ['5:5 a space is missing after the colon; write role: server'],
  ],
  [
    'no space after a colon within brackets',
    'name: shop\ngroups: { web: { role:server } }\n',
    ['2:18 a space is missing after the colon; write role: server'],
  ],
  [
    'no space after a hyphen',
    'phases:\n  -name: run\n   duration: 3s\n',
    ['2:10 a space is missing after the hyphen; write - name: run'],
  ],
  [
    'a line at a column of its own',
    `name: shop\n${REST}   cpus: 1\n`,
    ['5:1 this line begins at another column than those that it belongs with; indent it as they are'],
  ],
  [
    'a key at the column of its group',
    'load:\n  users:\n    script: users.js\n  target: web\n    model: open\n    startRate: 10/s\n    stages: []\n    grace: 5s\n',
    [
      '5:5 this line is indented further than target above it, which has a value already; begin both in the same column',
    ],
  ],
  [
    'keys that are indented too far, after an empty line',
    `${REST}\n      cpus: 0.5\n      memory: 128MiB\nname: @shop\n`,
    [
      '5:7 this line is indented further than role above it, which has a value already; begin both in the same column',
      "7:7 text can't begin with @; put it in quotes",
    ],
  ],
  [
    'a key too far to the right in a list',
    'phases:\n  - name: run\n      duration: 3s\n',
    [
      '3:7 this line is indented further than name above it, which has a value already; begin both in the same column',
    ],
  ],
  [
    'text that goes on with a colon in the next line',
    'description: users come\n  and then: they go\n',
    ['1:14 text with a colon and a space in it is read as a mapping; put it in quotes: "users come"'],
  ],
  [
    'a tab, and lines that only seem wrong after it',
    'load:\n  users:\n    script: a.ts\n\ttarget: web\n    model: open\n\tgrace: 5s\n    cpus: 1\n',
    ['4:1 a tab can be no indentation; write spaces', '6:1 a tab can be no indentation; write spaces'],
  ],
  [
    'an item at a column of its own',
    'timeline:\n  - at: 3s\n    kill: {}\n - at: 4s\n',
    ['4:1 this line begins at another column than those that it belongs with; indent it as they are'],
  ],
  [
    'a first line that is indented',
    ' name: shop\ngroups: {}\n',
    ['2:1 this line begins at another column than those that it belongs with; indent it as they are'],
  ],
  [
    'text with a colon in it between brackets',
    'phases:\n  - { name: ramp: up, duration: 5s }\n',
    ['2:13 text with a colon and a space in it is read as a mapping; put it in quotes: "ramp: up"'],
  ],
  [
    'hyphens between brackets',
    'phases: [ - a, - b ]\n',
    ['1:11 between brackets, items have no hyphen; leave it out'],
  ],
  [
    'a quote that stays open between brackets',
    "phases:\n  - { name: 'ramp, duration: 5s }\n",
    ["2:13 this quote is not closed; write another ' where the text ends"],
  ],
  ['text that begins with @', 'name: @shop\n', ["1:7 text can't begin with @; put it in quotes"]],
  [
    'text after its closing quote',
    'name: "shop" two\n',
    ['1:14 text goes on after its closing quote; leave it out, or write \\" for a quote within the text'],
  ],
  [
    'an apostrophe in single quotes',
    "name: 'it's'\n",
    ["1:11 text goes on after its closing quote; leave it out, or write '' for a quote within the text"],
  ],
  [
    'an escape that is none',
    'name: "C:\\shop"\n',
    [
      '1:10 in double quotes a backslash begins an escape, and \\s is none; write two backslashes, or single quotes around the text',
    ],
  ],
  [
    'a slip after a text of several lines with keys in it',
    'description: "as in\n  name: shop\n  and others"\nname: @shop\n',
    ["4:7 text can't begin with @; put it in quotes"],
  ],
  ['a text of several lines with keys in it', 'description: "as in\n  name: shop\n  and others"\n', []],
])('%s', (_, text, said) => {
  expect(readYaml(text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual(
    said,
  );
});
