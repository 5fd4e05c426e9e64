import { Average, type BaselineFile, fromBaselineFile, StayCalibration } from '../../evaluation/index.ts';
import { listOf, settingsOf } from '../adapterSettings.ts';
import type { AskedModel } from '../askedModel.ts';
import type { Adapter } from '../files/adapterFile.ts';
import { renormalisedRoute, RouteModel } from '../language/routeModel.ts';
import type { LearningResources, Members } from '../preparedRun.ts';
import { tableModel } from '../tables/tableModel.ts';
import { averageModel } from './averageModel.ts';
import { averageSettings, hashPrefix, tablesPrefix } from './averageSettings.ts';
import { missingMember } from './missingMember.ts';
import { calibratedModel } from './calibratedModel.ts';

/** An average of models that `members` opens. Throws `bad-input` that names a member that is not here. */
export async function openAverage(
  { about }: Adapter,
  members: Members,
  signal?: AbortSignal,
): Promise<AskedModel> {
  const list = listOf(about);
  const settings = settingsOf(averageSettings, about);
  const average = Average.fromFile(settings.average, list);
  const opened: AskedModel[] = [];
  for (const reference of average.models) {
    const tables = reference.startsWith(tablesPrefix)
      ? settings.tables?.[reference.slice(tablesPrefix.length)]
      : undefined;
    const member = tables
      ? tableModel(fromBaselineFile(tables as unknown as BaselineFile, list), list)
      : await members.open(reference, list, signal);
    if (!member) throw missingMember(about.name, nameOf(reference, settings.members));
    opened.push(member);
  }
  const model = averageModel(average, opened, list);
  const { stayCalibration } = settings;
  return stayCalibration ? calibratedModel(model, StayCalibration.fromFile(stayCalibration), list) : model;
}

/** What came with the language model, its tables, and itself. `openNamed` opens one that was trained on it. */
export function shippedMembers(
  resources: LearningResources,
  openNamed: (name: string, signal?: AbortSignal) => Promise<AskedModel>,
): Members {
  return {
    async open(reference, list, signal) {
      if (reference.startsWith(hashPrefix)) return null;
      const language = await resources.languageModel(signal);
      switch (reference) {
        case 'mixture':
          return tableModel(fromBaselineFile(await language.mixture(signal), list), list);
        case 'language-route':
          return renormalisedRoute(language.route, list);
        case 'language-model':
          return new RouteModel(language.route);
        default:
          return openNamed(reference, signal);
      }
    },
  };
}

function nameOf(reference: string, known: readonly { reference: string; name: string }[] = []): string {
  return known.find((member) => member.reference === reference)?.name ?? reference;
}
