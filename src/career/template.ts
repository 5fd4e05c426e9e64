import type { CareerHistory } from './history.ts';

/**
 * How a career becomes text. Every switch is an experiment of LABOR-LLM; the defaults are the template
 * that the bundled model was trained on.
 */
export interface TemplateOptions {
  /** A published template never changes its text; a new text is a new version. */
  version?: 'onward-1';
  /** `codes` writes each title as a unique code (`job_123`). Default `words`. */
  titles?: 'words' | 'codes';
  /** `false` leaves sex, race and region out, region on lines, too. Default true. */
  demographics?: boolean;
  /** `false` leaves the line with the birth year out. Default true. */
  birthYear?: boolean;
  /** Keep only the last k past records. Default: all. */
  lastRecords?: number;
  /** Write the region of each step on its line, beside the education. Default false. */
  regionOnEachLine?: boolean;
  /** Whole careers of other people, put before the document (in-context learning). Default: none. */
  examples?: readonly CareerHistory[];
}

/** The fixed phrases of template `onward-1`, in the order in which they occur. */
export const onward1 = {
  populationStart: '<A worker from the ',
  populationEnd: '>\n',
  headerStart: 'The following information is available about the work history of',
  headerWorker: ' US worker',
  regionStart: ' residing in the ',
  regionEnd: ' region',
  headerEnd: '.\n',
  birthYearStart: 'The worker was born in ',
  birthYearEnd: '.\n',
  recordsStart:
    'The worker has the following records of work experience, one entry per line, including year, education level, and the job title:\n',
  educationUnknown: 'education unknown',
  /** Ends every title; its probability belongs to the title's. */
  titleEnd: '\n',
  documentEnd: '<END OF DATA>',
  /** Stands between the careers of an in-context prompt. */
  documentSeparator: '\n',
} as const;
