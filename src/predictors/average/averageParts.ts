import { Average, type BaselineFile, fromBaselineFile, StayCalibration } from '../../evaluation/index.ts';
import type { AskedModel } from '../askedModel.ts';
import type { Adapter } from '../files/adapterFile.ts';
import { checkCarded, readCarded } from '../files/cardedParts.ts';
import { settingsOf } from '../files/cardSettings.ts';
import type { OpeningPlace, PredictorParts } from '../kind.ts';
import { renormalisedRoute, RouteModel } from '../language/routeModel.ts';
import { lasting } from '../openedModel.ts';
import type { Members } from '../preparedRun.ts';
import { listOf } from '../records/encodingSettings.ts';
import { tableModel } from '../tables/tableModel.ts';
import { averageModel } from './averageModel.ts';
import { averageSettings, hashPrefix, tablesPrefix } from './averageSettings.ts';
import { calibratedModel } from './calibratedModel.ts';
import { missingMember } from './missingMember.ts';

/** It has no tensors of its own. */
const parameters = () => [];

export const averageParts: PredictorParts<never> = {
  parameters,
  /** Whether its members are here is not looked at: files from elsewhere may bring them. */
  check: checkCarded(parameters),
  async open(files, place) {
    const { members = ownMembers(place) } = place.resources;
    return lasting(await openAverage(await readCarded(files, parameters, place), members, place));
  },
};

/** An average of models that `members` opens. Throws `bad-input` that names a member that is not here. */
async function openAverage(
  { about }: Adapter,
  members: Members,
  { signal }: Pick<OpeningPlace, 'signal'>,
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

/** What came with the language model, its tables, and itself, opened for this average alone. */
function ownMembers({ resources, shipped }: OpeningPlace): Members {
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
          return shipped(reference);
      }
    },
  };
}

function nameOf(reference: string, known: readonly { reference: string; name: string }[] = []): string {
  return known.find((member) => member.reference === reference)?.name ?? reference;
}
