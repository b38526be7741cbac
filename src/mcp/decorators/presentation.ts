/** A picture that a client may show (MCP basic/index, "Icons"). */
export interface Icon {
  /** `https:` or `data:` */
  src: string;
  mimeType?: string;
  /** `48x48`, or `any` for what scales. */
  sizes?: readonly string[];
  theme?: 'light' | 'dark';
}

/** Hints about content (MCP server/resources, "Annotations"). */
export interface Annotations {
  audience?: readonly ('user' | 'assistant')[];
  /** 0 is least, 1 most important. */
  priority?: number;
  /** ISO 8601 */
  lastModified?: string;
}
