/** Which folder is shared, and how much of it at once. Also the token that it is injected by. */
export abstract class FilesystemResourcesOptions {
  /** Absolute path of the folder whose files are resources. */
  abstract readonly folder: string;
  abstract readonly maxFileBytes: number;
  /** Files on a page of the list. */
  abstract readonly pageSize: number;
}
