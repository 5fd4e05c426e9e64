import { AppError } from '../../platform/index.ts';

/** An average cannot be asked or exported without all that it is of. */
export function missingMember(average: string, member: string): AppError {
  return new AppError(
    'bad-input',
    `“${average}” needs its member “${member}”, which is not on this device. Import that model’s files, or import the average again from the archive that it was saved in.`,
    { needs: member },
  );
}
