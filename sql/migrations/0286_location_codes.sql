-- SPDX-License-Identifier: EUPL-1.2
-- What others call a place: areas (VOCABULARY:LEVEL:CODE, the level may be empty), gazetteers (VOCABULARY:CODE), and the word
-- of GeoNames for such a place.
ALTER TABLE activity_location
    ADD area text[] CONSTRAINT ck_activity_location_area CHECK (cc_is_list(area, '[^ :]+:[0-9]*:[^ ]+')),
    ADD gazetteer text[] CONSTRAINT ck_activity_location_gazetteer CHECK (cc_is_list(gazetteer, '[^ :]+:[^ ]+')),
    ADD designation text CONSTRAINT ck_activity_location_designation CHECK (length(designation) <= 60);
