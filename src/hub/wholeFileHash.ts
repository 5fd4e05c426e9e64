import type { ArrivingFile, FilesOnTheirWay } from '../weights/index.ts';
import { IncrementalSha256 } from './fileHash.ts';

const MOST_FRESH = 4;

/**
 * The SHA-256 of a file whose shards arrive in any order: it follows behind, shard by shard, and its state is kept
 * after each, so that a download that goes on hashes no byte twice.
 */
export class WholeFileHash {
  /** Shards that are stored and still in memory, so that the hash need not read them back. */
  readonly #fresh = new Map<number, Uint8Array<ArrayBuffer>>();
  #turn: Promise<void> = Promise.resolve();

  private constructor(
    private readonly hash: IncrementalSha256,
    private shards: number,
    private readonly file: ArrivingFile,
    private readonly arriving: FilesOnTheirWay,
  ) {}

  /** From where an earlier visit left it. */
  static async resume(file: ArrivingFile, arriving: FilesOnTheirWay): Promise<WholeFileHash> {
    const row = await arriving.hashing(file.sha256);
    if (row) {
      try {
        return new WholeFileHash(await IncrementalSha256.create(row.state), row.shards, file, arriving);
      } catch {
        // A state of another release of the library: the stored shards are hashed again.
      }
    }
    return new WholeFileHash(await IncrementalSha256.create(), 0, file, arriving);
  }

  /** How many shards from the beginning are in the hash. */
  get hashedShards(): number {
    return this.shards;
  }

  /** Lends the bytes of a shard that was just stored; kept only while there are few of them. */
  lend(index: number, data: Uint8Array<ArrayBuffer>): void {
    if (index >= this.shards && this.#fresh.size < MOST_FRESH) this.#fresh.set(index, data);
  }

  /**
   * Hashes on as far as the stored shards reach without a gap. One that turns out to be broken is taken out of `stored`.
   * Calls that overlap wait for one another.
   */
  follow(stored: Set<number>): Promise<void> {
    const next = this.#turn.then(() => this.#follow(stored));
    this.#turn = next.catch(() => undefined);
    return next;
  }

  async #follow(stored: Set<number>): Promise<void> {
    while (stored.has(this.shards)) {
      const data = this.#fresh.get(this.shards) ?? (await this.arriving.shard(this.file, this.shards));
      this.#fresh.delete(this.shards);
      if (data === null) {
        stored.delete(this.shards);
        return;
      }
      await this.hash.update(data);
      this.shards++;
      await this.arriving.putHashing({
        file: this.file.sha256,
        shards: this.shards,
        state: this.hash.save(),
      });
    }
  }

  digest(): string {
    return this.hash.digest();
  }
}
