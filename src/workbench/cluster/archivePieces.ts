import { strToU8, Zip, ZipDeflate } from 'fflate';
import { AppError } from '../../platform/index.ts';

/** A ZIP archive whose bytes can be taken while it is being written. */
export class ArchivePieces {
  #ready: Uint8Array[] = [];
  #open: ZipDeflate | null = null;
  readonly #zip = new Zip((error, bytes) => {
    if (error) throw new AppError('internal', 'The archive could not be written', {}, { cause: error });
    this.#ready.push(bytes);
  });

  open(name: string): void {
    this.#open = new ZipDeflate(name);
    // A fixed time, the earliest that ZIP knows: the same content gives the same bytes.
    this.#open.mtime = new Date(1980, 0, 1);
    this.#zip.add(this.#open);
  }

  write(text: string): void {
    this.#open?.push(strToU8(text));
  }

  close(): void {
    this.#open?.push(new Uint8Array(), true);
    this.#open = null;
  }

  file(name: string, text: string): void {
    this.open(name);
    this.write(text);
    this.close();
  }

  end(): void {
    this.#zip.end();
  }

  take(): Uint8Array[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }
}
