-- SPDX-License-Identifier: EUPL-1.2
-- How a name looks (0200): small capitals, too. Both indexes that are made of it are made anew.
CREATE OR REPLACE FUNCTION cc_name_look(p_name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN octet_length(p_name) = length(p_name) THEN translate(lower(p_name), '1|l0''`.', 'iiio')
           ELSE translate(
               regexp_replace(lower(normalize(translate(p_name, 'ϲϹϳͿ', 'ccjj'), NFKD)),
                   -- marks; what has no width; apostrophes and dots
                   '[\u00ad\u0300-\u036f\u061c\u0640\u064b-\u065f\u0670\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f'
                   || '\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff''`.\u02bc\u2018\u2019\u00b7]',
                   '', 'g'),
                'аαɑæвβьßсԁđðеεєɡһнηħհ'
                || 'іιıӏɪł1|lјкκмμνпոоοσςօøœ0'
                || 'рρԛѕтτυսѵԝωѡхχуүγζ'
                || 'ٱىیةک'
                || 'ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ',
                'aaaabbbbcdddeeeghhhhh'
                || 'iiiiiiiiijkkmmnnnoooooooo'
                || 'ppqsttuuvwwwxxyyyz'
                || 'اييهك'
                || 'abcdefghijkimnopqrstuvwyz')
           END
$$;
REINDEX INDEX search_look_i;
REINDEX INDEX search_looks_i;
