/**
 * career: what a career history is. PURE: no DOM, no storage, no network.
 *
 * Owns records and their validation, import and export, the versioned text template, and the synthetic
 * generator. Promises: text of a published template version never changes; nothing that a person typed can end
 * a line or become a marker; import reports every problem with row and column and never throws on bad input.
 * Units: years are calendar years; probabilities are natural (not log) unless the name says `log`.
 */
export type * from './history.ts';
export type * from './text.ts';
export type { TemplateOptions } from './template.ts';
export { onward1 } from './template.ts';
export { contextExamples, recentWindows, shownCareer, type ShownFacts } from './shownCareer.ts';
export { joinText, textify, textifyPrompt, type StepFacts } from './textify.ts';
export { normaliseTitle, titleText } from './titleText.ts';
export * from './vocabulary.ts';
export { readPanel } from './import/panel.ts';
export * from './problem.ts';
export { importLimits, isCareerYear, yearRange } from './limits.ts';
export * from './partialDate.ts';
export { educationLevel } from './education.ts';
export { raceEthnicityValue, regionValue, sexValue } from './demographics.ts';
export { startObservations, yearlyObservations, type JobRule, type Spell } from './spells.ts';
export { careerProblems, observationProblems } from './validation.ts';
export { careerFields, guessMapping, type CareerField, type ColumnMapping } from './import/columnMapping.ts';
export { isEmptyRow, parseDelimited, type DelimitedTable } from './import/delimitedTable.ts';
export { decodeSource } from './import/sourceText.ts';
export { isGzip, unpacked } from './import/gzip.ts';
export { foldTitle, TitleMatcher, type CodedTitle } from './import/titleMatcher.ts';
export { importCareers, type ImportOptions, type ImportResult } from './import/importCareers.ts';
export { openPanel, type LayoutOptions, type OpenedPanel, type PanelLayout } from './panel/panelLayout.ts';
export type { PanelSource } from './panel/panelSource.ts';
export type { PanelOptions, PanelProgress } from './panel/panelReading.ts';
export { inspectPanel, readPanelCareers, type PanelReport } from './panel/panelReport.ts';
export type { ProblemCount } from './panel/problemCounts.ts';
export { formatCareerJson } from './careerJson.ts';
export { careerSplits, type CareerSplit } from './careerFiles/careerFileSet.ts';
export { formatCareerFiles } from './careerFiles/formatCareerFiles.ts';
export { readCareerFiles, type CareerFilesResult } from './careerFiles/readCareerFiles.ts';
export { formatCareerCsv } from './careerCsv.ts';
export { formatDelimited } from './import/delimitedTable.ts';
export { SyntheticMarket, type SyntheticFacts } from './syntheticMarket.ts';
export {
  optimalPerplexity,
  syntheticCareers,
  trueLogProbs,
  type SyntheticOptions,
} from './syntheticCareers.ts';
export { parseHourlyWage } from './hourlyWage.ts';
