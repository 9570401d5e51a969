/**
 * A shuffle that spreads artists. Each artist's tracks are laid out at even distances over the whole list, beginning at a
 * place drawn by chance, and the list is read in that order. Where that brings one artist twice in a row, whoever comes
 * next goes before.
 */

export function spread(tracks, random = Math.random) {
  const byArtist = Map.groupBy ? Map.groupBy(tracks, (track) => track.artist) : grouped(tracks);
  const placed = [];
  for (const group of byArtist.values()) {
    const offset = random();
    shuffled(group, random).forEach((track, number) => {
      // A little chance in each distance, so that artists of as many tracks do not march in step.
      placed.push({ track, place: (number + offset + (random() - 0.5) * 0.2) / group.length });
    });
  }
  return apart(placed.sort((one, other) => one.place - other.place).map(({ track }) => track));
}

/** The same order, but for tracks that wait until another artist was played. */
function apart(tracks) {
  const waiting = [...tracks];
  const result = [];
  while (waiting.length) {
    const other = waiting.findIndex(({ artist }) => artist !== result.at(-1)?.artist);
    result.push(...waiting.splice(Math.max(0, other), 1));
  }
  return result;
}

function grouped(tracks) {
  const groups = new Map();
  for (const track of tracks) groups.set(track.artist, [...(groups.get(track.artist) ?? []), track]);
  return groups;
}

/** Fisher and Yates's shuffle. */
function shuffled(list, random) {
  const copy = [...list];
  for (let last = copy.length - 1; last > 0; last--) {
    const drawn = Math.floor(random() * (last + 1));
    [copy[last], copy[drawn]] = [copy[drawn], copy[last]];
  }
  return copy;
}
