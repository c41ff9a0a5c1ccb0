// The message object of the public API, as the server sends it.
export interface Choice {
  id: string;
  label: string;
}

export interface Source {
  id: string;
  name: string;
  url?: string;
  phone?: string;
  checked_at: string;
  does?: string;
  hours?: string;
  address?: string;
  why?: string;
}

export interface Message {
  seq: number;
  from: "bot" | "inwoner" | "ondersteuner";
  name?: string;
  text: string;
  choices?: Choice[];
  sources?: Source[];
  kind?: string;
  at: string;
}

export interface Supporter {
  name: string;
  organisation: string;
  email?: string;
  phone?: string;
}

// Status is the data of `event: status`, and part of the resident's own copy.
export interface Status {
  status: string;
  supporter?: Supporter | null;
}

export interface Conversation extends Status {
  id: string;
  messages: Message[];
}

// Config is what the server renders into the page's data-config attribute.
export interface Config {
  gemeente: string;
  lang: string;
  exit: string;
  sites: string[];
  texts: Record<string, string>;
}
