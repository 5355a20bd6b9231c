import { magnitude } from "./figures";

// What others wrote, made safe to look at. The same characters are escaped as on the command line
// (services/words/visible_text): those that draw nothing, reorder what is around them or control.

const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;
// Format characters that do draw something.
const DRAWN = /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]/u;

export function visible(text: string): string {
  return text.replace(HIDDEN, character => {
    if (DRAWN.test(character)) return character;
    const code = character.codePointAt(0)!;
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    if (code < 0x80) return "\\x" + code.toString(16).padStart(2, "0");
    if (code < 0x10000) return "\\u" + code.toString(16).padStart(4, "0");
    return "\\U" + code.toString(16).padStart(8, "0");
  });
}

// Between isolates, for text within other text where there is no element to hold it.
export function isolated(text: string): string {
  return `\u2068${visible(text)}\u2069`;
}

// Its own direction, whatever is around it.
export function T({ children, lang }: { children: string | undefined; lang?: string | undefined }) {
  return <bdi lang={lang}>{visible(children ?? "")}</bdi>;
}

// The server's sentences have sums by every digit.
export function withFigures(text: string | undefined): string {
  return (text ?? "").replace(/\d{7,}(?= [A-Z]{3}\b)/g, digits => magnitude(BigInt(digits) * 1_000_000_000n));
}

// Several, with commas.
export function List({ of }: { of: string[] | undefined }) {
  return <>{(of ?? []).map((text, i) => <>{i > 0 ? ", " : ""}<T>{text}</T></>)}</>;
}
