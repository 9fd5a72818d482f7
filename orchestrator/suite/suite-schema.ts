// A suite as people write it, in YAML. Everything is described here once: the checks, the JSON Schema that editors complete from and
// docs/reference/suite.md come from this schema. resolve-suite.ts turns it into a Suite.
import { z } from 'zod';
import { name } from '../scenario/text/names.ts';
import { plainLine, prose, title } from '../scenario/text/prose.ts';
import { FIGURE_UNITS } from './figures/figure-unit.ts';

/** Trials that a night holds. */
const MOST_TRIALS = 100;
/** Each is read and checked once for each column. */
const MOST_SCENARIOS = 100;
/** More rows than a chart that is still read. */
const MOST_ROWS = 100;

const trials = () => z.int().min(1).max(MOST_TRIALS);

/** Stands in the chart in place of a figure. */
const reason = (most: number) =>
  prose(most).refine((text) => text.trim() !== '', { error: 'is nothing to be seen; write why' });

const valuesSchema = z
  .record(
    z.string().max(40),
    z.union([z.string().max(1000), z.number(), z.boolean()], {
      error: 'is not one value; write text of up to 1000 characters, a number, or true or false',
    }),
  )
  .describe('Values of parameters of the scenario, as with `--set name=value`.');

const columnSchema = z
  .strictObject({
    set: valuesSchema
      .optional()
      .describe('Values in this column, besides those of the scenario. Default: none.'),
    notMeasured: reason(300)
      .optional()
      .describe(
        'Why this scenario says nothing about this column; nothing is run for it. Default: it is measured.',
      ),
  })
  .meta({
    id: 'suite-column',
    title: 'Column of a scenario',
    description: 'What is different in one column.',
  });

const quickSchema = z
  .strictObject({
    trials: trials().optional().describe('Trials with `--quick`. Default: 1.'),
    set: valuesSchema.optional().describe('Values with `--quick`, besides the others. Default: none.'),
    notMeasured: reason(300)
      .optional()
      .describe('Why the scenario is left out with `--quick`. Default: it is measured.'),
  })
  .meta({ id: 'suite-quick', title: 'Quick', description: 'What is different with `--quick`.' });

const scenarioSchema = z
  .strictObject({
    file: z.string().min(1).max(500).describe('Path of the scenario file, relative to the suite file.'),
    command: z
      .enum(['run', 'failures', 'capacity'])
      .prefault('run')
      .describe(
        'What a trial is: a run (figures from its `report.json`), a failure study (`losses.json`), or a capacity study (`answer.json`).',
      ),
    parameter: name()
      .optional()
      .describe(
        'The parameter of the scenario that makes the columns, if it has another name there than in `columns`. Default: that of `columns`.',
      ),
    set: valuesSchema.prefault({}).describe('Values in every column. Default: none.'),
    trials: trials().optional().describe('Trials in each column. Default: those of the suite.'),
    quick: quickSchema.prefault({}).describe('What is different with `--quick`. Default: one trial.'),
    columns: z
      .record(z.string().max(100), columnSchema)
      .prefault({})
      .describe('Column → what is different there. Default: nothing.'),
  })
  .meta({
    id: 'suite-scenario',
    title: 'Scenario',
    description: 'A scenario file with its values: what is run in each column.',
  });

const path = () =>
  z
    .string()
    .min(1)
    .max(300)
    .describe('Path of a figure, such as `phases[run].p95Ms` ([all of them](figures.md)).');

const figureSchema = z
  .strictObject({
    name: title().describe('What the figure is called in the chart.'),
    scenario: name().describe('Name of the scenario of this suite that it comes from.'),
    figure: path().optional().describe('Path of the figure in the result of a trial. This or `sum`.'),
    sum: z
      .record(z.string().min(1).max(300), z.number())
      .optional()
      .describe(
        'Paths of figures → factors: their weighted sum, such as a price from what was used. This or `figure`.',
      ),
    dividedBy: z
      .strictObject({
        scenario: name()
          .optional()
          .describe('Another scenario of this suite: its trial of the same number. Default: the same trial.'),
        figure: path(),
      })
      .optional()
      .describe('Figure that it is divided by. Default: none.'),
    times: z.number().optional().describe('Factor that the figure is multiplied by at the end. Default: 1.'),
    missing: plainLine(40)
      .optional()
      .describe(
        'A word for trials whose result says that there is no figure, where that says something by itself: `never` for a time until users were served again. Default: it is not measured.',
      ),
    unit: z.enum(FIGURE_UNITS).optional().describe('Unit. Default: that of the figure, where it is known.'),
    better: z
      .enum(['lower', 'higher'])
      .optional()
      .describe('Whether less or more is better. Default: that of the figure, where it is known.'),
  })
  .meta({
    id: 'suite-figure',
    title: 'Figure',
    description: 'One line of a row: a figure in every column.',
  });

const rowSchema = z
  .strictObject({
    description: prose(500).prefault('').describe('The question that the row answers. Default: none.'),
    figures: z
      .array(figureSchema)
      .max(20)
      .prefault([])
      .describe('Figures of the row; the first decides who is said to be ahead on the row. Default: none.'),
    notMeasured: reason(500)
      .optional()
      .describe('Why nothing of it is measured. Only for rows without figures.'),
  })
  .meta({ id: 'suite-row', title: 'Row', description: 'A row of the chart.' });

export const suiteSchema = z
  .strictObject({
    $schema: z.string().optional().describe('Address of the JSON Schema, for editors.'),
    name: name().describe('Name of the suite: lower-case letters, digits and hyphens, up to 40 characters.'),
    description: prose(2000)
      .prefault('')
      .describe('What the chart compares, for people. Up to 2000 characters.'),
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .prefault(1)
      .describe('Seeds the order in which trials are run, 0 to 4294967295. Scenarios keep their own seeds.'),
    columns: z
      .strictObject({
        parameter: name().describe('The parameter of every scenario whose values are the columns.'),
        values: z.array(plainLine(100)).min(1).max(12).describe('Its values, from left to right.'),
      })
      .describe('The columns of the chart.'),
    trials: trials()
      .prefault(6)
      .describe(
        'Trials in each cell, 1 to 100. With fewer than 5 hardly a difference can be told from chance. Default: 6.',
      ),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, { error: 'is no ISO 4217 code; write for example EUR' })
      .prefault('EUR')
      .describe('Of figures in the unit `money`. Default: EUR.'),
    scenarios: z
      .record(name(), scenarioSchema)
      .refine((scenarios) => Object.keys(scenarios).length <= MOST_SCENARIOS, {
        error: `has more than ${MOST_SCENARIOS} scenarios; write fewer`,
      })
      .describe('Scenarios by name, 1 to 100.'),
    rows: z
      .record(title(), rowSchema)
      .refine((rows) => Object.keys(rows).length <= MOST_ROWS, {
        error: `has more than ${MOST_ROWS} rows; write fewer`,
      })
      .describe('Rows by name, from top to bottom, 1 to 100.'),
    assumptions: z
      .array(prose(1000))
      .max(50)
      .prefault([])
      .describe('What is taken for granted, such as prices; it stands below the chart. Default: nothing.'),
  })
  .meta({
    title: 'Topolab suite',
    description: 'Scenarios whose figures fill a chart: one column for each value of a parameter.',
    patternProperties: { '^x-': {} },
  });

export type WrittenSuite = z.output<typeof suiteSchema>;
